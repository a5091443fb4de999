import { z } from "zod";
import { dipFields, seed } from "./fields";

/** Of a trial of DIP stopped by the diffusion split. */
export const dipSplitSchema = z.strictObject({
  method: z.literal("dip-split"),
  ...dipFields,
  /** Extra noise of the split, as a share of sigma. */
  a: z.number().positive().max(10),
  /** Iterations without a better risk after which the rule stops. */
  patience: z.int().min(1).max(100_000),
  /** Readings of the risk that are averaged before they are compared. */
  window: z.int().min(1).max(1000),
  splitSeed: seed,
});

/** A trial of DIP stopped by the diffusion split, as plain data. */
export type DipSplitSpec = z.infer<typeof dipSplitSchema>;
