import { z } from "zod";
import { crop } from "./denoisers";
import { checkpoint, gaussianDegradation, seed, source } from "./fields";

const count = z.int().min(0).max(100_000);

/** What the library's `settingsOf` says, or others. */
export const restoreSettings = z.strictObject({
  iterations: count,
  learningRate: z.number().positive().max(1),
  patience: z.int().min(1).max(100_000),
  guess: z.boolean(),
  evaluations: z.int().min(1).max(4000),
  kappa: z.number().positive().max(1000),
  leastLevel: z.int().min(1).max(10_000).optional(),
  adaptations: count,
  adaptedPriors: count.optional(),
  charge: z.number().min(0).max(100).optional(),
  adaptation: z
    .strictObject({
      extraNoise: z.number().positive().max(10).optional(),
      recorruption: z.number().positive().max(10).optional(),
      learningRate: z.number().positive().max(1).optional(),
      averageDecay: z.number().min(0).lt(1).optional(),
      selfEnsemble: z.boolean().optional(),
    })
    .optional(),
});

/** Of a trial of the library's `restore`. */
export const restoreSchema = z.strictObject({
  method: z.literal("restore"),
  image: source,
  crop,
  /** The method is told its sigma. */
  degradation: gaussianDegradation,
  settings: restoreSettings,
  priors: z.array(checkpoint).min(1).max(3),
  /** The network that the perceptual distance is measured by. */
  perceptual: checkpoint,
  keepImages: z.boolean(),
  /** Of the noise, together with the image's name, and of all that the method draws. */
  seed,
});

/** A trial of the recommended method, as plain data. */
export type RestoreSpec = z.infer<typeof restoreSchema>;
