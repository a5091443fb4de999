import { z } from "zod";
import { evaluations, iterations, seed, size, unetFields } from "./fields";

/** What DIP gives to a training of a DDPM. */
const trainingPrior = z.discriminatedUnion("kind", [
  /** A conditional process that learns the residual of a guess mu of the degraded image. */
  z.strictObject({
    kind: z.literal("shift"),
    of: z.enum(["none", "given", "interpolated", "variation", "dip"]),
    /** Of DIP; 0 for the others. */
    iterations: z.int().min(0).max(100_000),
    /** Whether the process starts from mu; else mu is only told to the network. */
    shifted: z.boolean(),
  }),
  /** A generator trained as usual. */
  z.strictObject({ kind: z.literal("plain") }),
  /** A generator whose weights were first fitted as a DIP's to a few training images. */
  z.strictObject({ kind: z.literal("weights"), images: z.int().min(1).max(256), iterations }),
  /** A generator that is shown smooth images first: equal shares of the steps, the last on the images themselves. */
  z.strictObject({
    kind: z.literal("curriculum"),
    of: z.literal("dip"),
    /** Iterations of DIP, stage by stage. */
    stages: z.array(iterations).min(1).max(10),
  }),
]);

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
  /** Share that is known, for a conditional process: of the pixels, or of the values of this spectrum. */
  keep: z.number().positive().lt(1),
  of: z.literal("hadamard").optional(),
  /** Evaluations of the network for one draw of a restored validation image, and of how many draws that is the mean: one if not said. */
  evaluations,
  draws: z.int().min(1).max(64).optional(),
  seeds: z.strictObject({ network: seed, training: seed, data: seed }),
});
