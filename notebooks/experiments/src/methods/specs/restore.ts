import { z } from "zod";
import {
  averageDecay,
  checkpoint,
  crop,
  evaluations,
  gaussianDegradation,
  iterations,
  learningRate,
  noiseSigma,
  seed,
  source,
  taskFields,
} from "./fields";

const count = z.int().min(0).max(100_000);

/** What the library's `settingsOf` says, or others. */
const restoreSettings = z.strictObject({
  iterations: count,
  learningRate,
  patience: iterations,
  guess: z.boolean(),
  evaluations,
  draws: z.int().min(1).max(16).optional(),
  gapIterations: count.optional(),
  kappa: z.number().positive().max(1000),
  level: z.int().min(1).max(10_000).optional(),
  adaptations: count,
  adaptedPriors: count.optional(),
  charge: z.number().min(0).max(100).optional(),
  adaptation: z
    .strictObject({
      extraNoise: z.number().positive().max(10).optional(),
      recorruption: z.number().positive().max(10).optional(),
      loss: z.enum(["recorrupted", "sure"]).optional(),
      fitted: z.enum(["weights", "gains"]).optional(),
      learningRate: learningRate.optional(),
      averageDecay,
      selfEnsemble: z.boolean().optional(),
    })
    .optional(),
});

/** The method on an image in its natural size. */
const restoreFields = {
  image: source,
  crop,
  settings: restoreSettings,
  priors: z.array(checkpoint).min(1).max(3),
  /** Of the noise, together with the image's name, and of all that the method draws. */
  seed,
};

export const restoreSchema = z.strictObject({
  method: z.literal("restore"),
  /** The method is told its sigma. */
  degradation: gaussianDegradation,
  ...restoreFields,
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  keepImages: z.boolean(),
});

export const fillInSchema = z.strictObject({
  method: z.literal("fill-in"),
  ...taskFields,
  settings: restoreSettings,
  prior: checkpoint,
  /** Of what is drawn of the image; of all that the method draws. */
  seeds: z.strictObject({ noise: seed, method: seed }),
});

/** How an image is made noisy. */
const noiseKind = z.discriminatedUnion("kind", [
  /** White Gaussian. */
  z.strictObject({ kind: z.literal("gaussian"), sigma: noiseSigma }),
  /** Photons at the value 1; where it is stabilised, Anscombe's transform stands before the denoising and its inverse after. */
  z.strictObject({ kind: z.literal("poisson"), peak: z.number().positive().max(1e6), stabilised: z.boolean() }),
  /** White Gaussian, then a JPEG file of that quality. */
  z.strictObject({ kind: z.literal("jpeg"), sigma: noiseSigma, quality: z.int().min(1).max(100) }),
  /** White Gaussian on a Bayer mosaic, brought to all pixels by bilinear demosaicking; sigma is that of the mosaic. */
  z.strictObject({ kind: z.literal("demosaicked"), sigma: noiseSigma }),
]);

export const noiseKindSchema = z.strictObject({
  method: z.literal("noise-kind"),
  noise: noiseKind,
  /** What the method takes as noise level: the root mean square of the noise that there is, or the wavelet estimate. */
  level: z.enum(["true", "wavelet"]),
  ...restoreFields,
});
