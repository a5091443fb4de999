import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { arm, taskStopping } from "./specArms";
import { crop, denoiser } from "./specDenoisers";
import {
  checkpoint,
  dipFields,
  evaluations,
  fitFields,
  generator,
  guidance,
  iterations,
  levelErrors,
  noise,
  noisyPhotoFields,
  priorNetwork,
  restorer,
  sampleStart,
  seed,
  size,
  source,
  startLevelRule,
  task,
  trainingPrior,
  unetFields,
  warmPrior,
} from "./specFields";

/** The kinds of training in the league of stopping rules. */
export const trainings = ["plain", "held-out-2", "held-out-10", "pseudo-noise", "sure", "split"] as const;

const specSchema = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("league"),
    photo: noisyPhotoFields.photo,
    size,
    noise,
    network: dipFields.network,
    ...fitFields,
    /** What the network is fitted to: the noisy photo, or what a rule that changes training wants. */
    training: z.enum(trainings),
    /** The noise level that the rules are told, as a multiple of the true one. */
    toldSigma: z.number().positive().max(10),
    /** Whether the images that the rules return are stored. */
    keepImages: z.boolean(),
  }),
  z.strictObject({
    method: z.literal("denoise"),
    photo: noisyPhotoFields.photo,
    /** Where the photo is from; an embedded one where left out. */
    from: z.literal("set14").optional(),
    size,
    noise,
    network: priorNetwork,
    ...fitFields,
    /** Decay of the average of the outputs; that of `fitDip` where left out. */
    averageDecay: z.number().min(0).lt(1).optional(),
    arm,
    /** The noise level that the method is told, as a multiple of the true one, or of the estimated one. */
    toldSigma: z.number().positive().max(10),
    /** The noise level is estimated from the noisy image so (Donoho and Johnstone 1994; Immerkaer 1996). */
    estimateSigma: z.enum(["wavelet", "immerkaer"]).optional(),
    /** Poisson noise is made nearly Gaussian by Anscombe's transform, and the images are brought back. */
    stabilise: z.boolean().optional(),
    /** Whether the images that are returned are stored. */
    keepImages: z.boolean(),
  }),
  z.strictObject({
    method: z.literal("dip-task"),
    image: source,
    /** Side of the square that the image is brought to, pixels. */
    size,
    channels: z.union([z.literal(1), z.literal(3)]),
    task,
    network: priorNetwork,
    input: z.enum(["noise", "meshgrid"]),
    ...fitFields,
    /** For a noisy task only: the rules that say which image to return. */
    stopping: taskStopping.optional(),
    /** Whether what is measured and what is returned are stored as images. */
    keepImages: z.boolean(),
  }),
  z.strictObject({
    method: z.literal("ddpm-restore"),
    checkpoint,
    image: source,
    size,
    channels: z.literal(3),
    task,
    restorer,
    keepImages: z.boolean(),
    seeds: z.strictObject({ noise: seed, sampler: seed }),
  }),
  z
    .strictObject({
      method: z.literal("denoiser"),
      image: source,
      crop,
      /** Standard deviation of the Gaussian noise, image units; the denoiser is told it. */
      sigma: z.number().positive().max(1),
      denoiser,
      /** The network that the perceptual distance is measured by; it is not measured where left out. */
      perceptual: checkpoint.optional(),
      /** Whether the clean, the noisy and the denoised image are stored. */
      keepImages: z.boolean(),
      /** Of the noise together with the image's name; of the network of a denoiser that has one to train. */
      seeds: z.strictObject({ noise: seed, network: seed.optional() }),
    })
    .refine(({ denoiser: { kind }, seeds }) => (kind === "zs-n2n") === (seeds.network !== undefined), {
      path: ["seeds", "network"],
      message: "want a seed for zs-n2n, and none for the others",
    }),
  z.strictObject({
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
  }),
  z.strictObject({
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
    /** Samples start from images of the training set at a level instead of from noise; the levels visited are below it. */
    start: sampleStart.optional(),
    /** Pictures of the first samples that are kept. */
    keepImages: z.int().min(0).max(100),
    seeds: z.strictObject({ sampler: seed, data: seed }),
  }),
  z.strictObject({
    method: z.literal("prior-training"),
    /** Images that are trained on, and others that are validated on. */
    data: z.strictObject({
      set: z.enum(["cifar10", "photos"]),
      count: z.int().min(2).max(50_000),
      validation: z.int().min(2).max(1024),
    }),
    size,
    network: z.strictObject(unetFields),
    batch: z.int().min(1).max(1024),
    steps: iterations,
    learningRate: z.number().positive().max(1),
    /** Every how many steps it is validated. */
    validateEvery: iterations,
    /** Levels at which it is validated, of 1000. */
    levels: z.array(z.int().min(1).max(1000)).min(1).max(20),
    prior: trainingPrior,
    /** Share of the pixels that are known, for a conditional process. */
    keep: z.number().positive().lt(1),
    /** Evaluations of the network for a restored validation image. */
    evaluations,
    seeds: z.strictObject({ network: seed, training: seed, data: seed }),
  }),
  z.strictObject({
    method: z.literal("dip"),
    ...dipFields,
    /** Iterations whose images are kept. */
    keepImages: z.array(iterations).max(20),
  }),
  z.strictObject({
    method: z.literal("dip-split"),
    ...dipFields,
    /** Extra noise of the split, as a share of sigma. */
    a: z.number().positive().max(10),
    /** Iterations without a better risk after which the rule stops. */
    patience: z.int().min(1).max(100_000),
    /** Readings of the risk that are averaged before they are compared. */
    window: z.int().min(1).max(1000),
    splitSeed: seed,
  }),
  z.strictObject({
    method: z.literal("ddpm"),
    network: z.strictObject(unetFields),
    schedule: z.enum(["linear", "cosine"]),
    noiseSteps: z.int().min(2).max(4000),
    photos: z.array(z.string().min(1)).min(1),
    patchSize: size,
    batch: z.int().min(1).max(256),
    steps: iterations,
    learningRate: z.number().positive().max(1),
    /** Training steps at which samples are drawn. */
    sampleAt: z.array(iterations).max(10),
    samples: z.int().min(1).max(64),
    /** Evaluations of the network a sample. */
    evaluations,
    seeds: z.strictObject({ network: seed, training: seed, data: seed, sampler: seed }),
  }),
]);

/** All that a trial depends on, as plain data. */
export type TrialSpec = z.infer<typeof specSchema>;
/** The spec of one method. */
export type SpecOf<Method extends TrialSpec["method"]> = Extract<TrialSpec, { method: Method }>;

/** Raised when the code of a method changes its results, so that stored trials of it count as missing. */
const revisions: Record<TrialSpec["method"], number> = {
  dip: 2,
  "dip-split": 2,
  ddpm: 2,
  league: 1,
  denoise: 1,
  "dip-task": 1,
  "ddpm-restore": 1,
  denoiser: 1,
  "warm-start": 1,
  "ddpm-sample": 1,
  "prior-training": 1,
};

/**
 * Checks a spec field by field.
 * @throws RangeError naming each field that is unknown, missing or out of range, and what is allowed.
 */
export function checkSpec(spec: unknown): TrialSpec {
  const parsed = specSchema.safeParse(spec);
  if (parsed.success) return parsed.data;
  const reasons = parsed.error.issues.map((issue) => {
    const path = issue.path.join(".");
    const value = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      spec,
    );
    const seen = issue.code === "unrecognized_keys" ? "" : ` (got ${JSON.stringify(value)})`;
    return `${path || "spec"}: ${issue.message}${seen}`;
  });
  throw new RangeError(`the trial's spec is not valid: ${reasons.join("; ")}`);
}

/** The name a trial is stored under: its method and a hash of its spec and of the method's revision. */
export function trialKey(spec: TrialSpec): string {
  const text = canonicalize({ spec, revision: revisions[spec.method] }) as string;
  return `${spec.method}-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}
