import { z } from "zod";
import { evaluations, iterations, seed, size, trainingPrior, unetFields } from "./fields";

/** Of a trial of a short training of a DDPM that DIP gives something to. */
export const priorTrainingSchema = z.strictObject({
  method: z.literal("prior-training"),
  /** Images that are trained on, and others that are validated on. */
  data: z.strictObject({
    set: z.enum(["cifar10", "photos"]),
    count: z.int().min(2).max(50_000),
    validation: z.int().min(2).max(1024),
  }),
  size,
  network: z.strictObject(unetFields),
  batch: z.int().min(1).max(1024),
  steps: iterations,
  learningRate: z.number().positive().max(1),
  /** Every how many steps it is validated. */
  validateEvery: iterations,
  /** Levels at which it is validated, of 1000. */
  levels: z.array(z.int().min(1).max(1000)).min(1).max(20),
  prior: trainingPrior,
  /** Share of the pixels that are known, for a conditional process. */
  keep: z.number().positive().lt(1),
  /** Evaluations of the network for a restored validation image. */
  evaluations,
  seeds: z.strictObject({ network: seed, training: seed, data: seed }),
});

/** A trial of a short training of a DDPM that DIP gives something to, as plain data. */
export type PriorTrainingSpec = z.infer<typeof priorTrainingSchema>;
