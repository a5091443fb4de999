import { z } from "zod";
import { iterations, priorNetwork, seed, size, source, task } from "./fields";

export const dipTaskSchema = z.strictObject({
  method: z.literal("dip-task"),
  image: source,
  /** Side of the square that the image is brought to, pixels. */
  size,
  channels: z.union([z.literal(1), z.literal(3)]),
  task,
  network: priorNetwork,
  input: z.enum(["noise", "meshgrid"]),
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  seeds: z.strictObject({ network: seed, input: seed, noise: seed }),
  /** Whether what is measured and what is returned are stored as images. */
  keepImages: z.boolean(),
});
