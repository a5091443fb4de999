import { z } from "zod";
import { dipFields, iterations } from "./fields";

/** Of a trial of plain DIP on a noisy photo. */
export const dipSchema = z.strictObject({
  method: z.literal("dip"),
  ...dipFields,
  /** Iterations whose images are kept. */
  keepImages: z.array(iterations).max(20),
});

/** A trial of plain DIP on a noisy photo, as plain data. */
export type DipSpec = z.infer<typeof dipSchema>;
