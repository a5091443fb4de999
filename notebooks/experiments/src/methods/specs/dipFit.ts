import { z } from "zod";
import {
  averageDecay,
  checkpoint,
  crop,
  fitFields,
  gaussianDegradation,
  iterations,
  learningRate,
  priorNetwork,
  readEvery,
  seed,
  source,
} from "./fields";

/** When the search for a minimum is given up. */
const patience = {
  /** Iterations without a lower reading after which a fit stops. */
  patience: iterations,
  /** Readings that are averaged before they are compared. */
  window: z.int().min(1).max(1000),
};

const weight = z.number().min(0).max(1000);

/** Noise on the target in levels, heavy to clean. */
const curriculum = z.strictObject({
  levels: z.int().min(1).max(100),
  /** Of the first level, in sigmas of the image's noise. */
  heaviest: z.number().positive().max(100),
  schedule: z.enum(["linear", "cosine", "geometric"]),
  draws: z.enum(["fresh", "fixed"]),
  /** Iterations of each level but the last; where left out a level ends by its patience. */
  every: iterations.optional(),
  ...patience,
});

/** A trained denoiser as the guide of a fit: of its output (RED-diff), or of what it is fitted to. */
const guide = z.discriminatedUnion("of", [
  z.strictObject({
    of: z.literal("output"),
    checkpoint,
    weight,
    every: z.int().min(1).max(10_000),
    levels: z.strictObject({ by: z.literal("range"), low: z.int().min(1), high: z.int().max(10_000) }),
  }),
  z.strictObject({ of: z.literal("target"), checkpoint, weight }),
]);

/** Terms beside the squared error. */
const terms = z.strictObject({
  /** Distance from the DDPM's estimate from the target, in the features of the DDPM's encoder at level t. */
  perceptual: z.strictObject({ checkpoint, t: z.int().min(1).max(4000), weight }).optional(),
  /** A discriminator between the output and patches of the train photos. */
  adversarial: z.strictObject({ weight, learningRate }).optional(),
});

/** What is fitted to what. */
const fit = z.discriminatedUnion("kind", [
  /** What the stopping criteria of the literature ask for; with `runs`, that many independent fits, averaged. */
  z.strictObject({
    kind: z.literal("criteria"),
    training: z.enum(["plain", "held-out-10", "sure"]),
    runs: z.int().min(2).max(4).optional(),
  }),
  /** DIP on one recorruption split, or on an antithetic pair of them, stopped by the risk estimate. */
  z.strictObject({
    kind: z.literal("split"),
    pair: z.boolean(),
    /** Standard deviation of the extra noise, as a share of sigma. */
    a: z.number().positive().max(10),
    ...patience,
    curriculum: curriculum.optional(),
    guide: guide.optional(),
    /** The learning rate goes along a line from `first` to `last` times itself, at the last iteration. */
    rate: z.strictObject({ first: z.number().positive().max(10), last: z.number().positive().max(10) }).optional(),
    terms: terms.optional(),
  }),
  /** Stochastic gradient Langevin dynamics: noise on the kernels, in learning rates. */
  z.strictObject({ kind: z.literal("langevin"), weightNoise: z.number().positive().max(100) }),
  /** Sequential DIP: a network that is fed its own output. */
  z.strictObject({
    kind: z.literal("sequential"),
    start: z.enum(["image", "noise"]),
    renewEvery: iterations,
    autoencoding: z.number().min(0).max(100),
    /** Noise on the first input, image units; it falls along a line to 0 at the last. */
    inputNoise: z.number().min(0).max(10),
  }),
  /** A curriculum of noise on the clean image: what a scheme that sees it is worth. */
  z.strictObject({
    kind: z.literal("clean-targets"),
    levels: z.int().min(1).max(100),
    heaviest: z.number().positive().max(100),
  }),
]);

export const dipFitSchema = z.strictObject({
  method: z.literal("dip-fit"),
  image: source,
  crop,
  degradation: gaussianDegradation,
  /** The noise level that is assumed: a multiple of the true one, or an estimate from the noisy image. */
  assumedSigma: z.union([z.number().positive().max(10), z.literal("wavelet")]),
  network: priorNetwork,
  iterations,
  ...fitFields,
  readEvery,
  averageDecay,
  fit,
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  /** A trained denoiser, with self-ensemble, that each image is mixed with by the best weight, in hindsight; none where left out. */
  beside: checkpoint.optional(),
  keepImages: z.boolean(),
  /** Of the noise, together with the image's name, and of the network, its input and the split. */
  seed,
});
