import type { TrialRecord, TrialResult } from "../record";

/** How far a recomputed number may be from the stored one. */
export interface Tolerance {
  /** Of a PSNR, dB. */
  decibels: number;
  /** Of an SSIM. */
  ssim: number;
  /** Of any other number, as a share of the larger of the two; a number of iterations is one of these. */
  relative: number;
}

/** Methods that train nothing: their results follow from a handful of evaluations of a network. */
const untrained: ReadonlySet<string> = new Set(["ddpm-restore", "ddpm-sample"]);

/**
 * The tolerance of a trial. Recomputed on the instruction set it was stored by, a trial gives the same bits (measured on
 * trials of every method that could be), and on another the sums of convolutions are rounded otherwise: 1e-6 dB where nothing
 * is trained. Training over thousands of steps can make that as large as another seed would: half a decibel is what seeds
 * differ by. When a rule stops is then no property of the method that a single run could be held to, and is not judged.
 *
 * @param decibels of a trained trial in place of half a decibel; the SSIM's goes with it.
 */
export function toleranceFor({ spec }: Pick<TrialRecord, "spec">, decibels = 0.5): Tolerance {
  if (untrained.has(spec.method)) return { decibels: 0.01, ssim: 0.001, relative: 0.001 };
  return { decibels, ssim: decibels / 25, relative: Number.POSITIVE_INFINITY };
}

/** No difference at all beyond the last digits of a float32. */
export const exactTolerance: Tolerance = { decibels: 1e-5, ssim: 1e-6, relative: 1e-5 };

/** One number, stored and recomputed. */
export interface Difference {
  name: string;
  stored: number;
  recomputed: number;
  /** How far they are apart in tolerances: above 1 is a mismatch. */
  share: number;
}

/** Names of numbers that measure the machine and its load. */
const measuresTheMachine = /seconds|msPer|memoryBytes|MiB|recording$/i;

/** Whether a number of this name is the same each time: it measures neither time nor memory. */
export function isRepeatable(name: string): boolean {
  return !measuresTheMachine.test(name);
}

function shareOf(name: string, stored: number, recomputed: number, tolerance: Tolerance): number {
  const distance = Math.abs(stored - recomputed);
  if (!Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
  if (/psnr/i.test(name)) return distance / tolerance.decibels;
  if (/ssim/i.test(name)) return distance / tolerance.ssim;
  return distance / Math.max(Math.abs(stored), Math.abs(recomputed)) / tolerance.relative;
}

/**
 * The numbers in which a recomputed trial differs from the stored one, the largest in its tolerance first. Metrics are
 * compared, and the last values of curves, where a method keeps its results in these; numbers that measure time or memory
 * are not.
 * A number that only one of the two has is a mismatch.
 */
export function compareRecords(stored: TrialResult, recomputed: TrialResult, tolerance: Tolerance): Difference[] {
  const [before, after] = [numbersOf(stored), numbersOf(recomputed)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .flatMap((name) => {
      const [one, other] = [before.get(name) ?? Number.NaN, after.get(name) ?? Number.NaN];
      if (before.has(name) && after.has(name) && (Object.is(one, other) || one === other)) return [];
      return [{ name, stored: one, recomputed: other, share: shareOf(name, one, other, tolerance) }];
    })
    .sort((a, b) => b.share - a.share);
}

function numbersOf({ metrics, curves }: TrialResult): Map<string, number> {
  const lasts = Object.entries(curves).flatMap(([name, values]) => {
    const last = values.at(-1);
    return last === undefined ? [] : [[`${name} (last)`, last] as const];
  });
  return new Map([...Object.entries(metrics), ...lasts].filter(([name]) => isRepeatable(name)));
}
