import { z } from "zod";
import { evaluations, iterations, seed, size, unetFields } from "./fields";

/** Of a trial of a short training of a DDPM. */
export const ddpmSchema = z.strictObject({
  method: z.literal("ddpm"),
  network: z.strictObject(unetFields),
  schedule: z.enum(["linear", "cosine"]),
  noiseSteps: z.int().min(2).max(4000),
  photos: z.array(z.string().min(1)).min(1),
  patchSize: size,
  batch: z.int().min(1).max(256),
  steps: iterations,
  learningRate: z.number().positive().max(1),
  /** Training steps at which samples are drawn. */
  sampleAt: z.array(iterations).max(10),
  samples: z.int().min(1).max(64),
  /** Evaluations of the network a sample. */
  evaluations,
  seeds: z.strictObject({ network: seed, training: seed, data: seed, sampler: seed }),
});

/** A trial of a short training of a DDPM, as plain data. */
export type DdpmSpec = z.infer<typeof ddpmSchema>;
