import { z } from "zod";
import type { Parameters } from "../nn";
import { namedTensor, readCheckpoint, type StoredPrecision, tf, writeCheckpoint } from "../runtime";
import { createResidualUnet } from "./residualUnet";
import { cosineSchedule, linearSchedule, type NoiseSchedule, scaledLinearSchedule, sigmoidSchedule } from "./schedule";
import { createUnet, type Unet } from "./unet";

const scheduleSchema = z.strictObject({
  kind: z.enum(["linear", "cosine", "sigmoid", "scaled-linear"]),
  steps: z.int().min(2).max(10_000),
});

/** The shape of a network, as plain data. */
export const unetSchema = z
  .strictObject({
    baseChannels: z.int().min(8).max(512).multipleOf(8),
    multipliers: z.array(z.int().min(1).max(8)).min(1).max(6),
    blocks: z.int().min(1).max(4),
    imageChannels: z.union([z.literal(1), z.literal(3)]),
    attentionLevels: z.array(z.int().min(0).max(5)),
    heads: z.int().min(1).max(16),
    /** Stands in the descriptions of older checkpoints; there is none. */
    dropout: z.literal(0),
    classes: z.int().min(0).max(10_000),
    prediction: z.enum(["noise", "clean", "velocity"]),
    /** As `dropout`. */
    learnsVariance: z.literal(false),
  })
  .refine(({ attentionLevels, multipliers }) => attentionLevels.every((level) => level < multipliers.length), {
    path: ["attentionLevels"],
    error: "want levels that there are multipliers for",
  });

const residualUnetSchema = z
  .strictObject({
    kind: z.literal("residual-unet"),
    widths: z.array(z.int().min(1).max(512)).min(1).max(6),
    blocks: z.array(z.int().min(1).max(16)).min(1).max(6),
    embedding: z.int().min(1).max(1024),
    imageChannels: z.union([z.literal(1), z.literal(3)]),
    classes: z.int().min(0).max(10_000),
  })
  .refine(({ widths, blocks }) => widths.length === blocks.length, {
    path: ["blocks"],
    error: "want as many as there are widths",
  });

/** All of a trained DDPM but its weights. */
export const ddpmSchema = z.strictObject({
  network: z.union([residualUnetSchema, unetSchema]),
  schedule: scheduleSchema,
});

export type DdpmDescription = z.infer<typeof ddpmSchema>;

/** A trained DDPM, ready for `openDenoiser`. */
export interface TrainedDdpm {
  network: Unet;
  schedule: NoiseSchedule;
  description: DdpmDescription;
  /** What else was written beside the weights. */
  notes: Record<string, string>;
}

/** The schedule of that name. */
export function createNamedSchedule({ kind, steps }: z.infer<typeof scheduleSchema>): NoiseSchedule {
  const make = {
    linear: linearSchedule,
    cosine: cosineSchedule,
    sigmoid: sigmoidSchedule,
    "scaled-linear": scaledLinearSchedule,
  }[kind];
  return make(steps);
}

/** The untrained network that a description names. @param seed of the role `network`. */
export function createNetwork({ network, schedule }: DdpmDescription, seed: number): Unet {
  return "kind" in network
    ? createResidualUnet(network, createNamedSchedule(schedule), seed)
    : createUnet(network, seed);
}

/** Writes a trained DDPM as safetensors, its description in the metadata; whole or not at all. */
export async function saveDdpm(
  file: string,
  weights: Parameters,
  description: DdpmDescription,
  notes: Record<string, string> = {},
  options: { precision?: StoredPrecision } = {},
): Promise<void> {
  const metadata = { ...notes, kind: "ddpm", description: JSON.stringify(description) };
  await writeCheckpoint(file, { tensors: weights, metadata }, options);
}

/**
 * Reads a trained DDPM.
 * @returns a network that the caller disposes.
 * @throws Error naming the file when it is missing, damaged or no DDPM.
 */
export function loadDdpm(file: string): TrainedDdpm {
  const { tensors, metadata } = readCheckpoint(file);
  try {
    const { kind: _kind, description: _text, ...notes } = metadata;
    const description = readDescription(file, metadata);
    const held = Object.values(tensors).reduce((sum, { size }) => sum + size, 0);
    if (held < leastWeights(description))
      throw new Error(`${file} is damaged: its network has more weights than it holds`);
    const network = createNetwork(description, 0);
    try {
      assignAll(file, network.parameters, tensors);
    } catch (error) {
      network.dispose();
      throw error;
    }
    return { network, schedule: createNamedSchedule(description.schedule), description, notes };
  } finally {
    tf.dispose(tensors);
  }
}

/** As many weights as the 3x3 convolutions of a described network have at the least, so that no huge one is made for nothing. */
function leastWeights({ network }: DdpmDescription): number {
  const widths = "kind" in network ? network.widths : network.multipliers.map((times) => times * network.baseChannels);
  const blocks = "kind" in network ? network.blocks : widths.map(() => network.blocks);
  return widths.reduce((sum, width, level) => sum + 2 * 9 * width ** 2 * (blocks[level] ?? 1), 0);
}

/** Gives each parameter its tensor. @throws Error naming the tensor that is missing, of another shape, or not of the network. */
function assignAll(file: string, parameters: Parameters, tensors: Record<string, tf.Tensor>): void {
  for (const [name, variable] of Object.entries(parameters)) {
    variable.assign(namedTensor(tensors, name, variable.shape, file));
  }
  const unknown = Object.keys(tensors).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined) throw new Error(`${file} is damaged: its network has no "${unknown}"`);
}

/** The schedule of a trained DDPM, without its network. @throws as `loadDdpm`. */
export function loadSchedule(file: string): NoiseSchedule {
  const { tensors, metadata } = readCheckpoint(file);
  tf.dispose(tensors);
  return createNamedSchedule(readDescription(file, metadata).schedule);
}

function readDescription(file: string, { kind, description }: Record<string, string>): DdpmDescription {
  if (kind !== "ddpm" || description === undefined) throw new Error(`${file} holds no DDPM`);
  const fail = (why: string): never => {
    throw new Error(`${file} is damaged: ${why}`);
  };
  let plain: unknown;
  try {
    plain = JSON.parse(description);
  } catch {
    return fail("its description is not JSON");
  }
  const { data, error } = ddpmSchema.safeParse(plain);
  return data ?? fail(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
}
