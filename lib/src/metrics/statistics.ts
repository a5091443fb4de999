import { mean, quantileSorted, sampleStandardDeviation, sampleWithReplacement } from "simple-statistics";
import { openStream } from "../runtime";

export interface Interval {
  mean: number;
  low: number;
  high: number;
}

/**
 * Mean of independent values with its 95 % percentile-bootstrap interval (Efron 1979), of so many resamples.
 * @throws RangeError when there is no value.
 */
export function bootstrapMean(values: number[], { resamples = 2000, seed = 0 } = {}): Interval {
  if (values.length === 0) throw new RangeError("the mean of no values was asked for");
  const numbers = openStream(seed, "bootstrap").numbers();
  const means = Array.from({ length: resamples }, () => mean(sampleWithReplacement(values, values.length, numbers)));
  means.sort((a, b) => a - b);
  return { mean: mean(values), low: quantileSorted(means, 0.025), high: quantileSorted(means, 0.975) };
}

/**
 * Compares the mean of independent draws with the value that theory gives. A claim is refuted beyond 4 standard errors: a true one
 * fails once in 16,000 checks.
 * @returns the mean, its standard error, the expected value, and how many standard errors they are apart.
 * @throws Error with the numbers when the mean is further off than that; RangeError for fewer than two draws.
 */
export function checkMonteCarlo(
  draws: number[],
  expected: number,
): Record<"mean" | "standardError" | "expected" | "deviations", number> {
  if (draws.length < 2) throw new RangeError(`draws: got ${draws.length}, want at least 2`);
  const average = mean(draws);
  const standardError = sampleStandardDeviation(draws) / Math.sqrt(draws.length);
  const deviations = (average - expected) / standardError;
  if (!(Math.abs(deviations) <= 4)) {
    throw new Error(
      `expected ${expected}, the mean of ${draws.length} draws is ${average}, ${deviations.toFixed(1)} standard errors off`,
    );
  }
  return { mean: average, standardError, expected, deviations };
}
