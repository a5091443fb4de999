import { ddpmSchema, type unetSchema } from "ddpm-dip/ddpm";
import type { StoredPrecision } from "ddpm-dip/runtime";
import { z } from "zod";

const seed = z.int().min(0).max(0x7fffffff);

/** All that a long training depends on, as plain data. */
export const trainingSchema = z.strictObject({
  /** Under which the checkpoint is kept. */
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  data: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("photos"),
      /** Shorter sides that the embedded train photos are brought to, pixels. */
      scales: z.array(z.int().min(16).max(512)).min(1),
      deadLeaves: z.int().min(0).max(1000),
    }),
    z.strictObject({ kind: z.literal("cifar10") }),
    z.strictObject({
      kind: z.literal("bsd400"),
      /** Shares of their size that the photos of BSD400 are brought to; the embedded train photos are beside them as they are. */
      scales: z.array(z.number().positive().max(1)).min(1),
    }),
  ]),
  model: ddpmSchema,
  size: z.int().min(8).max(256),
  batch: z.int().min(1).max(1024),
  steps: z.int().min(1).max(10_000_000),
  learningRate: z.strictObject({
    peak: z.number().positive().max(1),
    warmup: z.int().min(0),
    last: z.number().min(0).max(1),
  }),
  /** Adam where left out. */
  optimizer: z.enum(["adam", "muon"]).optional(),
  clipNorm: z.number().positive(),
  averageDecay: z.number().min(0).max(0.999999),
  /** All levels alike in what the network predicts. */
  weighting: z.literal("simple"),
  times: z.union([
    z.literal("uniform"),
    z.strictObject({
      mean: z.number(),
      deviation: z.number().positive(),
      uniformShare: z.number().min(0).max(1),
    }),
  ]),
  unlabelled: z.number().min(0).max(1),
  /** Every how many steps the validation loss is read. */
  validateEvery: z.int().min(1),
  validateAt: z.array(z.int().min(1)).min(1),
  seeds: z.strictObject({ network: seed, training: seed, data: seed }),
});

export type TrainingSpec = z.infer<typeof trainingSchema>;

/** How a training's weights are stored: those of the residual U-Nets in half precision, which their quality does not feel. */
export function storedPrecision({ model: { network } }: TrainingSpec): StoredPrecision {
  return "kind" in network ? "float16" : "float32";
}

const levels = [1, 5, 20, 50, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000];

const common = {
  size: 32,
  learningRate: { peak: 4e-4, warmup: 500, last: 0.02 },
  clipNorm: 1,
  averageDecay: 0.999,
  weighting: "simple",
  times: "uniform",
  unlabelled: 0.1,
  validateEvery: 1000,
  validateAt: levels,
  seeds: { network: 1, training: 1, data: 1 },
} as const;

type UnetShape = z.infer<typeof unetSchema>;

const network = {
  baseChannels: 32,
  multipliers: [1, 2, 2],
  blocks: 1,
  imageChannels: 3,
  attentionLevels: [],
  heads: 1,
  dropout: 0,
  classes: 0,
  prediction: "noise",
  learnsVariance: false,
} as UnetShape;

type UnetTraining = TrainingSpec & { model: { network: UnetShape } };

const photos: UnetTraining = {
  ...common,
  name: "photos",
  data: { kind: "photos", scales: [64, 96, 128, 192, 256, 384], deadLeaves: 12 },
  model: { network, schedule: { kind: "linear", steps: 1000 } },
  batch: 16,
  steps: 22_000,
};

/** The prior for photos, trained for less long: how good must it be before it helps? */
const photos500: UnetTraining = {
  ...{ ...photos, name: "photos-500", steps: 500, validateEvery: 250 },
  learningRate: { ...photos.learningRate, warmup: 100 },
};

/** A residual U-Net on the linear schedule. */
const residualUnet = (
  widths: number[],
  blocks: number[],
  { embedding = 64, classes = 0 } = {},
): TrainingSpec["model"] => ({
  network: { kind: "residual-unet", widths, blocks, embedding, imageChannels: 3, classes },
  schedule: { kind: "linear", steps: 1000 },
});

const bsd: TrainingSpec = {
  ...common,
  name: "bsd",
  data: { kind: "bsd400", scales: [1, 0.7] },
  model: residualUnet([32, 64, 128, 192], [1, 2, 2, 3]),
  size: 64,
  batch: 16,
  steps: 13_000,
  learningRate: { peak: 1e-3, warmup: 200, last: 0.01 },
  optimizer: "muon",
  times: { mean: -1.6, deviation: 1, uniformShare: 0.1 },
  validateAt: [1, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 500, 700, 900, 1000],
};

/** A wider network on larger patches, three times as dear an evaluation: how much of a gain does a still stronger prior leave? */
const bsdWide: TrainingSpec = {
  ...bsd,
  name: "bsd-wide",
  model: residualUnet([64, 96, 160, 224], [2, 2, 3, 3]),
  size: 96,
  batch: 32,
  steps: 25_000,
  averageDecay: 0.9995,
};

const cifar10Residual: TrainingSpec = {
  ...common,
  name: "cifar10-residual",
  data: { kind: "cifar10" },
  model: residualUnet([64, 128, 192], [2, 2, 2], { embedding: 128, classes: 10 }),
  batch: 256,
  steps: 20_000,
  learningRate: { peak: 1e-3, warmup: 200, last: 0.01 },
  optimizer: "muon",
  averageDecay: 0.9995,
  times: { mean: -1.2, deviation: 1.2, uniformShare: 0.2 },
};

/** The checkpoints that come with the project, by name. `photos` and `cifar10` are about an hour and a half of one core each. */
export const trainings = {
  bsd,
  "bsd-wide": bsdWide,
  "cifar10-residual": cifar10Residual,
  photos,
  cifar10: {
    ...common,
    name: "cifar10",
    data: { kind: "cifar10" },
    model: {
      network: { ...network, attentionLevels: [2], heads: 4, classes: 10 },
      schedule: { kind: "cosine", steps: 1000 },
    },
    batch: 32,
    steps: 12_000,
  } as UnetTraining,
  "photos-500": photos500,
};
