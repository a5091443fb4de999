import { z } from "zod";
import {
  checkpoint,
  evaluations,
  guidance,
  levelErrors,
  seed,
  size,
  source,
  startLevelRule,
  task,
  warmPrior,
} from "./fields";

/** Of a trial of a restoration by a DDPM from a warm start. */
export const warmStartSchema = z.strictObject({
  method: z.literal("warm-start"),
  checkpoint,
  image: source,
  size,
  channels: z.literal(3),
  task,
  prior: warmPrior,
  /** Each is tried from each image of the prior, with each number of evaluations and each guidance. */
  starts: z.array(startLevelRule).min(1).max(20),
  evaluations: z.array(evaluations).min(1).max(10),
  guidance: z.array(guidance).min(1).max(20),
  /** Share of fresh noise in DDNM's steps. */
  eta: z.number().min(0).max(1),
  /** Of the DDPM, as its validation measured them. */
  levelErrors,
  /** Whether the prior's images and what the first start, number and guidance make of them are stored. */
  keepImages: z.boolean(),
  seeds: z.strictObject({ network: seed, input: seed, noise: seed, sampler: seed }),
});

/** A trial of a restoration by a DDPM from a warm start, as plain data. */
export type WarmStartSpec = z.infer<typeof warmStartSchema>;
