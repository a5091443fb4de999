import { z } from "zod";
import {
  averageDecay,
  checkpoint,
  draws,
  evaluations,
  fitFields,
  iterations,
  perceptual,
  priorNetwork,
  seed,
  taskFields,
} from "./fields";

/** Where a warm start of a restoration comes from. */
const warmPrior = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("dip"),
    network: priorNetwork,
    input: z.enum(["noise", "meshgrid"]),
    ...fitFields,
    averageDecay,
    /** Share of what was measured that the fit does not see, and by which its error is estimated. */
    heldOut: z.number().positive().max(0.5),
    /** What is known, spread with this blur in pixels, in the network's input; not used where left out. */
    guess: z.strictObject({ place: z.literal("input"), blur: z.number().positive().max(20) }).optional(),
    /** Iterations after which its image is tried as a start, rising. */
    durations: z.array(iterations).min(1).max(20),
  }),
  /** What one has without a network: the observation spread, or the image of least total variation that measures so. */
  z.strictObject({ kind: z.literal("control"), of: z.enum(["spread", "variation"]) }),
]);

/** The level that a warm start begins at. */
const startLevelRule = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("level"), t: z.int().min(1).max(4000) }),
  /** The first t with (1 - alphaBar)/alphaBar >= 4 kappa times the estimated error. */
  z.strictObject({ by: z.literal("risk"), kappa: z.number().positive().max(1000) }),
]);

const share = z.number().min(0).max(1);

/** What DIP says on the way down. */
const guidance = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("none") }),
  /** DIP's weight the same at all levels. */
  z.strictObject({ kind: z.literal("fixed"), weight: share }),
  /** DIP's weight in proportion to the level. */
  z.strictObject({ kind: z.literal("falling"), first: share }),
  /** Least error: DIP's estimated one, times the factor, against the DDPM's own at the level. */
  z.strictObject({
    kind: z.literal("errors"),
    factor: z.number().positive().max(1000),
    correlation: z.number().gt(-1).lt(1),
    /** Earlier images of the fit at the levels that cover their errors, in place of the last at all. */
    snapshots: z.boolean(),
  }),
]);

/** A DDPM's mean squared error of x_0 by level. */
const levelErrors = z.array(z.strictObject({ t: z.int().min(1), cleanError: z.number().positive() })).max(100);

export const warmStartSchema = z.strictObject({
  method: z.literal("warm-start"),
  checkpoint,
  ...taskFields,
  prior: warmPrior,
  /** Each is tried from each image of the prior, with each number of evaluations and each guidance. */
  starts: z.array(startLevelRule).min(1).max(20),
  evaluations: z.array(evaluations).min(1).max(10),
  guidance: z.array(guidance).min(1).max(20),
  draws,
  /** Share of fresh noise in DDNM's steps. */
  eta: z.number().min(0).max(1),
  /** Of the DDPM, as its validation measured them. */
  levelErrors,
  /** Whether the prior's images and what the first start, number and guidance make of them are stored. */
  keepImages: z.boolean(),
  perceptual,
  seeds: z.strictObject({ network: seed, input: seed, noise: seed, sampler: seed }),
});
