import { z } from "zod";
import { crop } from "./denoisers";
import { checkpoint, gaussianDegradation, iterations, priorNetwork, seed, source } from "./fields";
import { fit } from "./fits";

/** Of a trial of one DIP fit with the stopping criteria that watch it. */
export const dipFitSchema = z.strictObject({
  method: z.literal("dip-fit"),
  image: source,
  crop,
  degradation: gaussianDegradation,
  /** The noise level that is assumed: a multiple of the true one, or an estimate from the noisy image. */
  assumedSigma: z.union([z.number().positive().max(10), z.literal("wavelet")]),
  network: priorNetwork,
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  /** Decay of the average of the outputs; that of `fitDip` where left out. */
  averageDecay: z.number().min(0).lt(1).optional(),
  fit,
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  keepImages: z.boolean(),
  /** Of the noise, together with the image's name, and of the network, its input and the split. */
  seed,
});

/** A trial of one DIP fit, as plain data. */
export type DipFitSpec = z.infer<typeof dipFitSchema>;
