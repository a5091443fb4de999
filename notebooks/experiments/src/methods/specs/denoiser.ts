import { z } from "zod";
import { crop, denoiser } from "./denoisers";
import { checkpoint, seed, source } from "./fields";

/** Of a trial of a denoiser of images in their natural size. */
export const denoiserSchema = z.strictObject({
  method: z.literal("denoiser"),
  image: source,
  crop,
  /** Standard deviation of the Gaussian noise, image units; the denoiser is told it. */
  sigma: z.number().positive().max(1),
  denoiser,
  /** The network that the perceptual distance is measured by; it is not measured where left out. */
  perceptual: checkpoint.optional(),
  /** Whether the clean, the noisy and the denoised image are stored. */
  keepImages: z.boolean(),
  /** Of the noise together with the image's name. */
  seeds: z.strictObject({ noise: seed }),
});

/** A trial of a denoiser of images in their natural size, as plain data. */
export type DenoiserSpec = z.infer<typeof denoiserSchema>;
