import { z } from "zod";
import { checkpoint, crop, iterations, perceptual, seed, source } from "./fields";

const version = z.string().regex(/^\d+\.\d+\.\d+$/);

/**
 * What denoises one image at a known level. The tools that are not part of this library are named with their version and all
 * that they are told, so that another version or setting makes other trials.
 */
const denoiser = z.discriminatedUnion("kind", [
  /** Nothing is done: what the others begin with. */
  z.strictObject({ kind: z.literal("noisy") }),
  /** A trained network in one evaluation at the matched level, or in one for each of the image's eight flips and rotations. */
  z.strictObject({ kind: z.literal("prior"), checkpoint, selfEnsemble: z.boolean() }),
  /** Colour BM3D (Dabov et al. 2007) by the authors' package bm3d: `bm3d_rgb` with a profile of theirs. */
  z.strictObject({ kind: z.literal("cbm3d"), version, profile: z.enum(["np", "high"]) }),
  /** Non-local means (Buades et al. 2005) by scikit-image: `denoise_nl_means` over the colours together. */
  z.strictObject({
    kind: z.literal("nlm"),
    version,
    patchSize: z.int().min(3).max(21),
    patchDistance: z.int().min(1).max(50),
    /** Strength of the filter, in sigmas. */
    h: z.number().positive().max(10),
    /** Whether the expected distance of equal patches, which follows from sigma, is taken off. */
    subtractsNoise: z.boolean(),
  }),
  /** Total variation (Chambolle 2004) by scikit-image: `denoise_tv_chambolle` over the colours together. */
  z.strictObject({
    kind: z.literal("tv"),
    version,
    weight: z.number().positive().max(10),
    iterations,
    /** Relative change of the cost at which it ends. */
    tolerance: z.number().positive().max(1),
  }),
]);

export const denoiserSchema = z.strictObject({
  method: z.literal("denoiser"),
  image: source,
  crop,
  /** Standard deviation of the Gaussian noise, image units; the denoiser is told it. */
  sigma: z.number().positive().max(1),
  denoiser,
  perceptual,
  /** Whether the clean, the noisy and the denoised image are stored. */
  keepImages: z.boolean(),
  /** Of the noise together with the image's name. */
  seeds: z.strictObject({ noise: seed }),
});
