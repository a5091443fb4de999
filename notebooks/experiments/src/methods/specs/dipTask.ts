import { z } from "zod";
import { fitFields, iterations, priorNetwork, readEvery, seed, size, source, task } from "./fields";

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
  ...fitFields,
  readEvery,
  seeds: z.strictObject({ network: seed, input: seed, noise: seed }),
  /** Whether what is measured and what is returned are stored as images. */
  keepImages: z.boolean(),
});
