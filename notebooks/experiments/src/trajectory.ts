import type { PatientSearch } from "ddpm-dip/dip";
import { bootstrapMean } from "ddpm-dip/metrics";
import type { TrialRecord } from "./spec";

/** A curve's mean over trials with its 95 % interval, point by point. */
export interface MeanCurve {
  axis: number[];
  mean: number[];
  low: number[];
  high: number[];
}

function curveOf(record: TrialRecord, name: string): number[] {
  const curve = record.curves[name];
  if (!curve) throw new RangeError(`curve: got "${name}", ${record.key} has ${Object.keys(record.curves).join(", ")}`);
  return curve;
}

/**
 * Averages one curve over trials that were read at the same iterations.
 * @param axis the name of the curve that holds the iterations.
 * @throws RangeError when a trial lacks the curve or was read at other iterations.
 */
export function averageCurve(records: TrialRecord[], name: string, axis = "iteration"): MeanCurve {
  const first = records[0];
  if (!first) throw new RangeError("the mean curve of no trials was asked for");
  const places = curveOf(first, axis);
  const odd = records.find((record) => curveOf(record, axis).join() !== places.join());
  if (odd) throw new RangeError(`${odd.key} was read at other iterations than ${first.key}`);
  const curves = records.map((record) => curveOf(record, name));
  const points = places.map((_, i) =>
    bootstrapMean(
      curves.map((curve) => curve[i] as number),
      { resamples: 400 },
    ),
  );
  return {
    axis: places,
    mean: points.map((point) => point.mean),
    low: points.map((point) => point.low),
    high: points.map((point) => point.high),
  };
}

/** Where a rule stopped on a recorded trajectory, and what that cost. */
export interface StopOnTrajectory {
  /** The iteration whose image the rule returns. */
  iteration: number;
  /** PSNR of that image, dB. */
  psnr: number;
  /** How far that is below the best of the trajectory, dB. */
  gap: number;
}

/**
 * Replays a recorded trajectory to a stopping rule, which sees one recorded criterion and nothing else.
 * A rule that finds no iteration returns the last image.
 * @param options.quality the curve that holds the PSNR of the kind of image that the rule is made for: `psnrAveraged`,
 *   or `psnr` for a rule on single outputs, whose best iteration comes earlier.
 * @param criterion the name of the curve that the rule is fed; readings that are not yet a number are passed over.
 */
export function replayRule(
  record: TrialRecord,
  criterion: string,
  rule: PatientSearch,
  { quality = "psnrAveraged" } = {},
): StopOnTrajectory {
  const iterations = curveOf(record, "iteration");
  const values = curveOf(record, criterion);
  const qualities = curveOf(record, quality);
  for (const [i, iteration] of iterations.entries()) {
    const value = values[i] as number;
    if (!Number.isNaN(value) && rule.observe(iteration, value)) break;
  }
  const found = iterations.indexOf(rule.best);
  const place = found < 0 ? iterations.length - 1 : found;
  const psnr = qualities[place] as number;
  return { iteration: iterations[place] as number, psnr, gap: Math.max(...qualities) - psnr };
}
