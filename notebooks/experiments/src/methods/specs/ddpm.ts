import { z } from "zod";
import {
  checkpoint,
  draws,
  evaluations,
  iterations,
  learningRate,
  perceptual,
  seed,
  size,
  taskFields,
  unetFields,
} from "./fields";

export const ddpmSchema = z.strictObject({
  method: z.literal("ddpm"),
  network: z.strictObject(unetFields),
  schedule: z.enum(["linear", "cosine"]),
  noiseSteps: z.int().min(2).max(4000),
  photos: z.array(z.string().min(1)).min(1),
  patchSize: size,
  batch: z.int().min(1).max(256),
  steps: iterations,
  learningRate,
  /** Training steps at which samples are drawn. */
  sampleAt: z.array(iterations).max(10),
  samples: z.int().min(1).max(64),
  /** Evaluations of the network a sample. */
  evaluations,
  seeds: z.strictObject({ network: seed, training: seed, data: seed, sampler: seed }),
});

/** How an image is restored by a trained DDPM. */
const restorer = z.discriminatedUnion("kind", [
  /** The posterior mean at the matched level. */
  z.strictObject({ kind: z.literal("one-step") }),
  /** The mean of that over the image's eight flips and rotations. */
  z.strictObject({ kind: z.literal("self-ensemble") }),
  /** DDIM from the matched level. */
  z.strictObject({ kind: z.literal("ddim"), evaluations }),
  z.strictObject({ kind: z.literal("ddnm"), evaluations, eta: z.number().min(0).max(1), draws }),
  z.strictObject({ kind: z.literal("dps"), evaluations, scale: z.number().min(0).max(1000) }),
  z.strictObject({
    kind: z.literal("diffpir"),
    evaluations,
    lambda: z.number().positive().max(1000),
    zeta: z.number().min(0).max(1),
  }),
  z.strictObject({
    kind: z.literal("repaint"),
    levels: evaluations,
    repeats: z.int().min(1).max(100),
    jump: z.int().min(1).max(1000),
  }),
]);

export const ddpmRestoreSchema = z.strictObject({
  method: z.literal("ddpm-restore"),
  checkpoint,
  ...taskFields,
  restorer,
  keepImages: z.boolean(),
  perceptual,
  seeds: z.strictObject({ noise: seed, sampler: seed }),
});
