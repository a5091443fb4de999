import { cpus, totalmem } from "node:os";
import { z } from "zod";
import { type Engine, tensorflowVersion, tf, usesGpu } from "../runtime";

/** What every trial's spec has; the method's schema says what else. */
export interface AnySpec {
  method: string;
}

/** What a trial measured; the part that its method makes. */
export interface TrialResult {
  /** Series by name, all of one length within an axis: `curves.iteration` is the axis of the other curves. */
  curves: Record<string, number[]>;
  /** Single numbers by name, such as `psnrStopped` in dB. */
  metrics: Record<string, number>;
  /** PNG images by name, as data URIs. One that was left out when its trial was packed is no key, and asking for it throws. */
  images: Record<string, string>;
}

/** A finished trial as it is stored. */
export interface TrialRecord<Spec extends AnySpec = AnySpec> extends TrialResult {
  key: string;
  spec: Spec;
  costs: { seconds: number; peakMiB: number };
  versions: Record<string, string>;
  machine: { processor: string; cores: number; memoryGiB: number; gpu: boolean };
  engine: Engine;
  finishedAt: string;
}

const curve = z.array(
  z
    .number()
    .nullable()
    .transform((value) => value ?? Number.NaN),
);

/** The shape of a stored record; a curve's NaN is stored as null, and so is a picture that was left out. */
export const recordSchema = z.object({
  key: z.string(),
  spec: z.record(z.string(), z.unknown()),
  curves: z.record(z.string(), curve),
  metrics: z.record(z.string(), z.number()),
  images: z.record(z.string(), z.string().startsWith("data:image/png;base64,").nullable()),
  costs: z.object({ seconds: z.number(), peakMiB: z.number() }),
  versions: z.record(z.string(), z.string()),
  machine: z.object({ processor: z.string(), cores: z.number(), memoryGiB: z.number(), gpu: z.boolean() }),
  engine: z.enum(["recorded", "eager"]),
  finishedAt: z.iso.datetime(),
});

export function readVersions(): Record<string, string> {
  return { node: process.version, tfjs: tf.version["tfjs-core"] ?? "", tensorflow: tensorflowVersion() };
}

export function describeMachine(): TrialRecord["machine"] {
  return {
    processor: cpus()[0]?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    gpu: usesGpu(),
  };
}

/** One line that names what a notebook ran on, for its last cell. */
export function describeRun(): string {
  const { node, tfjs, tensorflow } = readVersions();
  const { processor, cores, memoryGiB, gpu } = describeMachine();
  return `Node ${node}, tfjs ${tfjs}, TensorFlow ${tensorflow}; ${cores} cores of ${processor}, ${memoryGiB} GiB, ${gpu ? "an NVIDIA GPU" : "no GPU"}.`;
}
