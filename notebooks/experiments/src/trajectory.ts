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

/** Averages one curve. @throws RangeError when a trial lacks it or was read at other iterations. */
export function averageCurve(records: TrialRecord[], name: string): MeanCurve {
  const first = records[0];
  if (!first) throw new RangeError("the mean curve of no trials was asked for");
  const places = curveOf(first, "iteration");
  const odd = records.find((record) => curveOf(record, "iteration").join() !== places.join());
  if (odd) throw new RangeError(`${odd.key} was read at other iterations than ${first.key}`);
  const curves = records.map((record) => curveOf(record, name));
  const at = (i: number) => curves.map((curve) => curve[i] as number);
  const points = places.map((_, i) => bootstrapMean(at(i), { resamples: 400 }));
  const of = (end: "mean" | "low" | "high") => points.map((point) => point[end]);
  return { axis: places, mean: of("mean"), low: of("low"), high: of("high") };
}
