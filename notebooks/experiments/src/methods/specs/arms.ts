import { z } from "zod";
import { checkpoint, iterations } from "./fields";

/** Patience of a rule that follows a minimum. */
const patience = {
  /** Iterations without a better reading after which it stops. */
  patience: z.int().min(1).max(100_000),
  /** Readings that are averaged before they are compared. */
  window: z.int().min(1).max(1000),
};

/** How a fit of a noisy measurement is stopped. */
export const taskStopping = z.discriminatedUnion("kind", [
  /** The measurement split, once or as an antithetic pair; stopped by the estimated risk of what is measured. */
  z.strictObject({ kind: z.literal("split"), pair: z.boolean(), a: z.number().positive().max(10), ...patience }),
  /** The measurement itself, by the rules that leave training as it is. */
  z.strictObject({ kind: z.literal("rules") }),
]);

/** Stages of noise on the target, heavy to clean. */
const stages = z.strictObject({
  count: z.int().min(1).max(100),
  /** Of the first stage, in sigmas of the image's noise. */
  heaviest: z.number().positive().max(100),
  schedule: z.enum(["linear", "cosine", "geometric"]),
  draws: z.enum(["fresh", "fixed"]),
  ...patience,
});

/** A DDPM as the guide of a fit: of its output, or of what it is fitted to. */
const guide = z.discriminatedUnion("of", [
  z.strictObject({
    of: z.literal("output"),
    checkpoint,
    weight: z.number().min(0).max(1000),
    every: z.int().min(1).max(10_000),
    levels: z.discriminatedUnion("by", [
      z.strictObject({ by: z.literal("range"), low: z.int().min(1), high: z.int().max(10_000) }),
      z.strictObject({ by: z.literal("risk"), kappa: z.number().positive().max(100) }),
    ]),
  }),
  z.strictObject({ of: z.literal("target"), checkpoint, weight: z.number().min(0).max(1000) }),
]);

/** Terms beside the squared error. */
const terms = z.strictObject({
  /** Distance from the DDPM's guess of the target, in the features of the DDPM's encoder at level t. */
  perceptual: z
    .strictObject({ checkpoint, t: z.int().min(1).max(4000), weight: z.number().min(0).max(1000) })
    .optional(),
  /** A discriminator between the output and patches of the train photos. */
  adversarial: z
    .strictObject({ weight: z.number().min(0).max(1000), learningRate: z.number().positive().max(1) })
    .optional(),
});

/** How an image is denoised: what is fitted to what, and who judges it. */
export const arm = z.discriminatedUnion("kind", [
  /** DIP on one diffusion split, or twins on an antithetic pair, stopped by the estimated risk. */
  z.strictObject({
    kind: z.literal("split"),
    pair: z.boolean(),
    /** Extra noise of the split, as a share of sigma. */
    a: z.number().positive().max(10),
    ...patience,
    stages: stages.optional(),
    guide: guide.optional(),
    /** The learning rate goes along a line from `first` to `last` times itself, at the last iteration. */
    rate: z.strictObject({ first: z.number().positive().max(10), last: z.number().positive().max(10) }).optional(),
    terms: terms.optional(),
    /** What is done on the same split once DIP has stopped. */
    weigh: z
      .strictObject({
        /** The DDPM's guess from the target, weighed with DIP's image by the held-out one. */
        checkpoint,
        /** The DDPM adapted to the target, weighed in as well. */
        adapt: z
          .strictObject({
            iterations,
            learningRate: z.number().positive().max(1),
            /** Extra noise of the recorruption, as a share of the target's noise. */
            a: z.number().positive().max(10),
            ...patience,
          })
          .optional(),
      })
      .optional(),
  }),
  /** Fits of the noisy image itself, one or the average of several. */
  z.strictObject({
    kind: z.literal("plain"),
    runs: z.int().min(1).max(8),
    /** Langevin noise on the kernels, in learning rates; 0 for none. */
    weightNoise: z.number().min(0).max(100),
  }),
  /** A network that is fed its own output. */
  z.strictObject({
    kind: z.literal("fed-back"),
    start: z.enum(["image", "noise"]),
    renewEvery: iterations,
    autoencoding: z.number().min(0).max(100),
    /** Noise on the first input, image units; it falls along a line to 0 at the last. */
    inputNoise: z.number().min(0).max(10),
  }),
  /** Stages of noise on the clean image: what a published scheme that leaks is worth. */
  z.strictObject({
    kind: z.literal("leak"),
    count: z.int().min(1).max(100),
    heaviest: z.number().positive().max(100),
  }),
]);
