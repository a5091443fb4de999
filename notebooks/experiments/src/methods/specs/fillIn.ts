import { z } from "zod";
import { checkpoint, seed, size, source, task } from "./fields";
import { restoreSettings } from "./restore";

/** Of a trial of the library's `restore` where not all was measured. */
export const fillInSchema = z.strictObject({
  method: z.literal("fill-in"),
  image: source,
  size,
  channels: z.literal(3),
  task,
  settings: restoreSettings,
  prior: checkpoint,
  /** Of what is drawn of the image; of all that the method draws. */
  seeds: z.strictObject({ noise: seed, method: seed }),
});

/** A trial of the recommended way to fill in, as plain data. */
export type FillInSpec = z.infer<typeof fillInSchema>;
