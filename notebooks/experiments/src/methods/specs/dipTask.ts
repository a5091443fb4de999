import { z } from "zod";
import { fitFields, priorNetwork, size, source, task } from "./fields";

/** Of a trial of DIP on a task. */
export const dipTaskSchema = z.strictObject({
  method: z.literal("dip-task"),
  image: source,
  /** Side of the square that the image is brought to, pixels. */
  size,
  channels: z.union([z.literal(1), z.literal(3)]),
  task,
  network: priorNetwork,
  input: z.enum(["noise", "meshgrid"]),
  ...fitFields,
  /** Whether what is measured and what is returned are stored as images. */
  keepImages: z.boolean(),
});

/** A trial of DIP on a task, as plain data. */
export type DipTaskSpec = z.infer<typeof dipTaskSchema>;
