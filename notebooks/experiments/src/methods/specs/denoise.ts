import { z } from "zod";
import { arm } from "./arms";
import { fitFields, noise, noisyPhotoFields, priorNetwork, size } from "./fields";

/** Of a trial of denoising by a variant of the combined method. */
export const denoiseSchema = z.strictObject({
  method: z.literal("denoise"),
  photo: noisyPhotoFields.photo,
  /** Where the photo is from; an embedded one where left out. */
  from: z.literal("set14").optional(),
  size,
  noise,
  network: priorNetwork,
  ...fitFields,
  /** Decay of the average of the outputs; that of `fitDip` where left out. */
  averageDecay: z.number().min(0).lt(1).optional(),
  arm,
  /** The noise level that the method is told, as a multiple of the true one, or of the estimated one. */
  toldSigma: z.number().positive().max(10),
  /** The noise level is estimated from the noisy image so (Donoho and Johnstone 1994; Immerkaer 1996). */
  estimateSigma: z.enum(["wavelet", "immerkaer"]).optional(),
  /** Poisson noise is made nearly Gaussian by Anscombe's transform, and the images are brought back. */
  stabilise: z.boolean().optional(),
  /** Whether the images that are returned are stored. */
  keepImages: z.boolean(),
});

/** A trial of denoising by a variant of the combined method, as plain data. */
export type DenoiseSpec = z.infer<typeof denoiseSchema>;
