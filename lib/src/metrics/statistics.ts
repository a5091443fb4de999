import { mean, quantileSorted, sampleWithReplacement } from "simple-statistics";
import { openStream } from "../runtime";

/** A mean and the ends of its 95 % interval. */
export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * Mean of independent values with its 95 % percentile-bootstrap interval (Efron 1979).
 * @param resamples how many bootstrap samples to draw.
 * @throws RangeError when there is no value.
 */
export function bootstrapMean(values: number[], { resamples = 2000, seed = 0 } = {}): Interval {
  if (values.length === 0) throw new RangeError("the mean of no values was asked for");
  const numbers = openStream(seed, "bootstrap").numbers();
  const means = Array.from({ length: resamples }, () => mean(sampleWithReplacement(values, values.length, numbers)));
  means.sort((a, b) => a - b);
  return { mean: mean(values), low: quantileSorted(means, 0.025), high: quantileSorted(means, 0.975) };
}
