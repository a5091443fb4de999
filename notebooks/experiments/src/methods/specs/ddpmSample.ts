import { z } from "zod";
import { checkpoint, evaluations, iterations, seed, size } from "./fields";

/** How samples are drawn. */
const generator = z.strictObject({
  kind: z.enum(["ancestral", "ddim", "dpm-solver", "heun"]),
  /** Levels visited; Heun evaluates nearly twice as often. */
  levels: evaluations,
  /** Even in t, or in sigma^(1/7) (Karras et al. 2022). */
  spacing: z.enum(["linspace", "trailing", "karras"]),
});

/** What samples start from: images that were not trained on, noised to a level; at level 0 they are the samples themselves. */
const sampleStart = z.strictObject({
  /** What DIP makes of them, they themselves, or they blurred. */
  of: z.enum(["dip", "image", "blurred"]),
  level: z.int().min(0).max(4000),
  /** How many images; each serves as many samples as the others. */
  sources: z.int().min(1).max(10_000),
  /** Of DIP. */
  iterations,
});

export const ddpmSampleSchema = z.strictObject({
  method: z.literal("ddpm-sample"),
  checkpoint,
  generator,
  /** A network that knows classes is asked for each in turn, guided with this weight; 0 for the class alone. */
  guidance: z.number().min(0).max(20),
  /** Images drawn. */
  count: z.int().min(2).max(100_000),
  batch: z.int().min(1).max(1024),
  size,
  /** What the samples are compared with: so many of the images that the checkpoint was trained on. */
  reference: z.strictObject({ set: z.enum(["cifar10", "photos"]), count: z.int().min(2).max(100_000) }),
  /** The classifier whose features they are compared by beside those of a random network; none where left out. */
  classifier: checkpoint.optional(),
  /** The network of ImageNet whose features they are compared by as well; none where left out. */
  imagenet: checkpoint.optional(),
  /** Samples start from images that were not trained on at a level instead of from noise; the levels visited are below it. */
  start: sampleStart.optional(),
  /** Pictures of the first samples that are kept. */
  keepImages: z.int().min(0).max(100),
  seeds: z.strictObject({ sampler: seed, data: seed }),
});
