import type { AnySpec, TrialRecord, TrialResult } from "../record";
import { findMethod, type ToleranceKind } from "../registry";

/** How far a recomputed number may be from the stored one. */
interface Tolerance {
  decibels: number;
  ssim: number;
  /** Of any other number, as a share of the larger of the two; a number of iterations is one of these. */
  relative: number;
  /** Whether readings of a single iterate are compared: the last values of curves, the last output. */
  singles: boolean;
}

/** What the method says of the spec; a method that is not known is taken to train. */
function toleranceKind(spec: AnySpec): ToleranceKind {
  const { tolerance = "trained" } = findMethod(spec.method) ?? {};
  return typeof tolerance === "function" ? tolerance(spec) : tolerance;
}

/**
 * The tolerance of a trial. Recomputed with the kernels that it was stored by, a trial gives the same bits; others round sums
 * differently: 2e-5 dB where nothing is trained. Training over thousands of steps makes that as large as another seed would.
 * Then images that are averages or chosen by a rule are held to a decibel; when the rule stopped, and what the single last
 * iterate was worth, are no properties of the method that one run could be held to, and are not compared.
 * @param decibels of a trained trial in place of one; the SSIM's goes with it.
 */
export function toleranceFor({ spec }: Pick<TrialRecord, "spec">, decibels = 1): Tolerance {
  const kind = toleranceKind(spec);
  if (kind === "untrained") return { decibels: 0.01, ssim: 0.001, relative: 0.001, singles: true };
  return { decibels, ssim: decibels / 25, relative: Number.POSITIVE_INFINITY, singles: kind === "tabulated" };
}

/** No difference at all beyond the last digits of a float32. */
export const exactTolerance: Tolerance = { decibels: 1e-5, ssim: 1e-6, relative: 1e-5, singles: true };

export interface Difference {
  name: string;
  stored: number;
  recomputed: number;
  /** How far they are apart in tolerances: above 1 is a mismatch. */
  share: number;
}

/** Whether a number of this name is the same each time: it measures neither time nor memory. */
export function isRepeatable(name: string): boolean {
  return !/seconds|msPer|memoryBytes|MiB|recording$/i.test(name);
}

function shareOf(name: string, stored: number, recomputed: number, tolerance: Tolerance): number {
  if (!tolerance.singles && /OutputLast$|\(last\)$/.test(name)) return 0;
  const distance = Math.abs(stored - recomputed);
  if (!Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
  if (/psnr/i.test(name)) return distance / tolerance.decibels;
  if (/ssim/i.test(name)) return distance / tolerance.ssim;
  return distance / Math.max(Math.abs(stored), Math.abs(recomputed)) / tolerance.relative;
}

/**
 * The numbers in which a recomputed trial differs from the stored one, the largest in its tolerance first: metrics and the last
 * values of curves, but for times and memory. A number that only one of the two has is a mismatch.
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
