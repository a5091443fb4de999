import { createHash } from "node:crypto";
import canonicalize from "canonicalize";
import { z } from "zod";
import { downsamplingKernels } from "../data";
import { presetNames } from "../dip";

/** The kinds of training in the league of stopping rules. */
export const trainings = ["plain", "held-out-2", "held-out-10", "pseudo-noise", "sure", "split"] as const;

const seed = z.int().min(0).max(0x7fffffff);
const size = z.int().min(16).max(512);
const sigma = z.number().min(0).max(1);
const iterations = z.int().min(1).max(100_000);

const noisyPhotoFields = {
  /** An embedded photo, by name. */
  photo: z.string().min(1),
  /** Side of the square that the photo is brought to, pixels. */
  size,
  /** Standard deviation of the Gaussian noise, image units. */
  sigma,
};

const dipFields = {
  ...noisyPhotoFields,
  network: z.strictObject({
    filters: z.array(z.int().min(1).max(512)).min(1).max(6),
    skipFilters: z.int().min(0).max(128),
  }),
  iterations,
  learningRate: z.number().positive().max(1),
  inputNoise: z.number().min(0).max(1),
  /** Every how many iterations the curves are read. */
  readEvery: z.int().min(1).max(1000),
  seeds: z.strictObject({ network: seed, input: seed, noise: seed }),
};

/** How a photo is made noisy. */
const noise = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("gaussian"), sigma: z.number().positive().max(1) }),
  /** Photons at the value 1. */
  z.strictObject({ kind: z.literal("poisson"), peak: z.number().positive().max(1e6) }),
]);

/** An image by name: embedded in data/photos, or in the folder of the paper's own images. */
const source = z.strictObject({ from: z.enum(["photos", "paper"]), name: z.string().min(1) });
const channels = z.array(z.int().min(1).max(512)).min(1).max(6);

/** What is to be undone. */
const task = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("denoise"), sigma, /** Noisy values cut to [0, 1]. */ clip: z.boolean() }),
  z.strictObject({
    kind: z.literal("inpaint"),
    mask: z.discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("pixels"), keep: z.number().min(0).max(1) }),
      z.strictObject({ kind: z.literal("hole"), share: z.number().positive().max(0.9) }),
      z.strictObject({ kind: z.literal("text") }),
      z.strictObject({ kind: z.literal("paper"), name: z.string().min(1) }),
    ]),
    /** Of noise in the known pixels; none where left out. */
    sigma: sigma.optional(),
  }),
  z.strictObject({
    kind: z.literal("super-resolve"),
    factor: z.int().min(2).max(8),
    kernel: z.enum(downsamplingKernels),
    /** Of noise in the small image; none where left out. */
    sigma: sigma.optional(),
  }),
]);

/** Every network that can be a prior. */
const priorNetwork = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("preset"), name: z.enum(presetNames) }),
  z.strictObject({
    kind: z.literal("skip"),
    filters: channels,
    skipFilters: z.int().min(0).max(128),
    upsampling: z.enum(["nearest", "bilinear"]),
  }),
  z.strictObject({ kind: z.literal("u-net"), filters: channels }),
  z.strictObject({
    kind: z.literal("deep-decoder"),
    channels: z.int().min(1).max(1024),
    doublings: z.int().min(1).max(7),
  }),
  z.strictObject({
    kind: z.literal("ddpm-unet"),
    baseChannels: z.int().min(8).max(256).multipleOf(8),
    multipliers: z.array(z.int().min(1).max(8)).min(1).max(5),
    blocks: z.int().min(1).max(4),
  }),
]);

/** A trained DDPM of data/checkpoints, by name and by the start of its file's SHA-256. */
const checkpoint = z.strictObject({ name: z.string().regex(/^[a-z][a-z0-9-]*$/), digest: z.string().length(16) });
const evaluations = z.int().min(1).max(4000);

/** How an image is restored by a trained DDPM. */
const restorer = z.discriminatedUnion("kind", [
  /** The posterior mean at the matched level. */
  z.strictObject({ kind: z.literal("one-step") }),
  /** DDIM from the matched level. */
  z.strictObject({ kind: z.literal("ddim"), evaluations }),
  z.strictObject({ kind: z.literal("ddnm"), evaluations, eta: z.number().min(0).max(1) }),
  z.strictObject({ kind: z.literal("dps"), evaluations, scale: z.number().min(0).max(1000) }),
  z.strictObject({
    kind: z.literal("repaint"),
    levels: evaluations,
    repeats: z.int().min(1).max(100),
    jump: z.int().min(1).max(1000),
  }),
]);

/** How samples are drawn. */
const generator = z.strictObject({
  kind: z.enum(["ancestral", "ddim", "dpm-solver", "heun"]),
  /** Levels visited; Heun evaluates nearly twice as often. */
  levels: evaluations,
  spacing: z.enum(["linspace", "leading", "trailing"]),
});

const specSchema = z.discriminatedUnion("method", [
  z.strictObject({
    method: z.literal("league"),
    photo: noisyPhotoFields.photo,
    size,
    noise,
    network: dipFields.network,
    iterations,
    learningRate: dipFields.learningRate,
    inputNoise: dipFields.inputNoise,
    readEvery: dipFields.readEvery,
    seeds: dipFields.seeds,
    /** What the network is fitted to: the noisy photo, or what a rule that changes training wants. */
    training: z.enum(trainings),
    /** The noise level that the rules are told, as a multiple of the true one. */
    toldSigma: z.number().positive().max(10),
    /** Whether the images that the rules return are stored. */
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
    iterations,
    learningRate: dipFields.learningRate,
    inputNoise: dipFields.inputNoise,
    readEvery: dipFields.readEvery,
    /** Whether what is measured and what is returned are stored as images. */
    keepImages: z.boolean(),
    seeds: dipFields.seeds,
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
  z.strictObject({
    method: z.literal("ddpm-sample"),
    checkpoint,
    generator,
    /** Images drawn. */
    count: z.int().min(2).max(100_000),
    batch: z.int().min(1).max(1024),
    size,
    /** What the samples are compared with: so many of the images that the checkpoint was trained on. */
    reference: z.strictObject({ set: z.enum(["cifar10", "photos"]), count: z.int().min(2).max(100_000) }),
    /** The classifier whose features they are compared by beside those of a random network; none where left out. */
    classifier: checkpoint.optional(),
    /** Pictures of the first samples that are kept. */
    keepImages: z.int().min(0).max(100),
    seeds: z.strictObject({ sampler: seed, data: seed }),
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
    network: z.strictObject({
      baseChannels: z.int().min(8).max(256).multipleOf(8),
      multipliers: z.array(z.int().min(1).max(8)).min(1).max(5),
      blocks: z.int().min(1).max(4),
    }),
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
    evaluations: z.int().min(1).max(4000),
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
  "dip-task": 1,
  "ddpm-restore": 1,
  "ddpm-sample": 1,
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
