import { z } from "zod";
import type { Parameters } from "../nn";
import { readCheckpoint, tf, writeCheckpoint } from "../runtime";
import {
  cosineSchedule,
  endInPureNoise,
  linearSchedule,
  type NoiseSchedule,
  scaledLinearSchedule,
  sigmoidSchedule,
} from "./schedule";
import { createUnet, type Unet } from "./unet";

/** A schedule by name. */
export const scheduleSchema = z.strictObject({
  kind: z.enum(["linear", "cosine", "sigmoid", "scaled-linear"]),
  steps: z.int().min(2).max(10_000),
  /** Shifted so that its last step is pure noise. */
  endsInPureNoise: z.boolean().optional(),
});

/** The shape of a network, as plain data. */
export const unetSchema = z.strictObject({
  baseChannels: z.int().min(8).max(512).multipleOf(8),
  multipliers: z.array(z.int().min(1).max(8)).min(1).max(6),
  blocks: z.int().min(1).max(4),
  imageChannels: z.union([z.literal(1), z.literal(3)]),
  attentionLevels: z.array(z.int().min(0).max(5)),
  heads: z.int().min(1).max(16),
  dropout: z.number().min(0).max(0.9),
  classes: z.int().min(0).max(10_000),
  prediction: z.enum(["noise", "clean", "velocity"]),
  learnsVariance: z.boolean(),
});

/** All of a trained DDPM but its weights. */
export const ddpmSchema = z.strictObject({ network: unetSchema, schedule: scheduleSchema });

/** What a trained DDPM is made of. */
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
export function createNamedSchedule({
  kind,
  steps,
  endsInPureNoise = false,
}: z.infer<typeof scheduleSchema>): NoiseSchedule {
  const make = {
    linear: linearSchedule,
    cosine: cosineSchedule,
    sigmoid: sigmoidSchedule,
    "scaled-linear": scaledLinearSchedule,
  }[kind];
  const schedule = make(steps);
  return endsInPureNoise ? endInPureNoise(schedule) : schedule;
}

/** Writes a trained DDPM as safetensors, its description in the metadata; whole or not at all. */
export async function saveDdpm(
  file: string,
  weights: Parameters,
  description: DdpmDescription,
  notes: Record<string, string> = {},
): Promise<void> {
  await writeCheckpoint(file, {
    tensors: weights,
    metadata: { ...notes, kind: "ddpm", description: JSON.stringify(description) },
  });
}

/**
 * Reads a trained DDPM.
 * @returns a network that the caller disposes.
 * @throws Error naming the file when it is missing, damaged or no DDPM.
 */
export function loadDdpm(file: string): TrainedDdpm {
  const { tensors, metadata } = readCheckpoint(file);
  try {
    const { kind, description: text, ...notes } = metadata;
    if (kind !== "ddpm" || text === undefined) throw new Error(`${file} holds no DDPM`);
    const parsed = ddpmSchema.safeParse(JSON.parse(text));
    if (!parsed.success) throw new Error(`${file} is damaged: ${z.prettifyError(parsed.error)}`);
    const description = parsed.data;
    const network = createUnet(description.network, 0);
    for (const [name, variable] of Object.entries(network.parameters)) {
      const saved = tensors[name];
      if (saved?.shape.join() !== variable.shape.join()) {
        network.dispose();
        throw new Error(
          `${file} is damaged: "${name}" is ${saved ? `[${saved.shape}]` : "missing"}, want [${variable.shape}]`,
        );
      }
      variable.assign(saved);
    }
    return { network, schedule: createNamedSchedule(description.schedule), description, notes };
  } finally {
    tf.dispose(tensors);
  }
}
