import { tf } from "./backend";

/** What the process holds now. */
export interface MemoryUse {
  /** Tensors alive in TensorFlow. */
  tensors: number;
  /** Resident memory of the process, MiB. */
  residentMiB: number;
}

/** Reads the number of live tensors and the resident memory. */
export function measureMemory(): MemoryUse {
  return { tensors: tf.memory().numTensors, residentMiB: process.memoryUsage.rss() / 2 ** 20 };
}

/** The highest resident memory of this process so far, MiB. */
export function peakResidentMiB(): number {
  return process.resourceUsage().maxRSS / 1024;
}
