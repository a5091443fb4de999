import { bootstrapMean } from "ddpm-dip/metrics";
import type { TrialRecord } from "./spec";

/**
 * A curve's mean over trials with its 95 % interval, point by point, and the iterations at which it was read.
 * @throws RangeError when there is no trial, or one lacks the curve or was read at other iterations.
 */
export function averageCurve(records: readonly TrialRecord[], name: string) {
  const [first] = records;
  if (!first) throw new RangeError("the mean curve of no trials was asked for");
  const curveOf = ({ key, curves }: TrialRecord, of: string) => {
    const curve = curves[of];
    if (!curve) throw new RangeError(`curve: got "${of}", ${key} has ${Object.keys(curves).join(", ")}`);
    return curve;
  };
  const axis = curveOf(first, "iteration");
  const odd = records.find((record) => curveOf(record, "iteration").join() !== axis.join());
  if (odd) throw new RangeError(`${odd.key} was read at other iterations than ${first.key}`);
  const own = records.map((record) => curveOf(record, name));
  const at = (i: number) => own.map((curve) => curve[i] as number);
  const points = axis.map((_, i) => bootstrapMean(at(i), { resamples: 400 }));
  const of = (end: "mean" | "low" | "high") => points.map((point) => point[end]);
  return { axis, mean: of("mean"), low: of("low"), high: of("high") };
}
