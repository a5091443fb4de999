import { z } from "zod";
import { checkpoint, restorer, seed, size, source, task } from "./fields";

/** Of a trial of a restoration by a DDPM. */
export const ddpmRestoreSchema = z.strictObject({
  method: z.literal("ddpm-restore"),
  checkpoint,
  image: source,
  size,
  channels: z.literal(3),
  task,
  restorer,
  keepImages: z.boolean(),
  seeds: z.strictObject({ noise: seed, sampler: seed }),
});

/** A trial of a restoration by a DDPM, as plain data. */
export type DdpmRestoreSpec = z.infer<typeof ddpmRestoreSchema>;
