import { mean, sampleStandardDeviation } from "simple-statistics";

/** A Monte-Carlo mean beside the value that theory gives. */
export interface MonteCarloCheck {
  mean: number;
  /** Standard error of the mean. */
  standardError: number;
  expected: number;
  /** How many standard errors the mean is off. */
  deviations: number;
}

/**
 * Compares the mean of independent draws with its expected value.
 * @param limit standard errors beyond which the claim is refuted; at 4 a true claim fails once in 16,000 checks.
 * @throws Error with the numbers when the mean is further off than that; RangeError for fewer than two draws.
 */
export function checkMonteCarlo(draws: number[], expected: number, { limit = 4 } = {}): MonteCarloCheck {
  if (draws.length < 2) throw new RangeError(`draws: got ${draws.length}, want at least 2`);
  const average = mean(draws);
  const standardError = sampleStandardDeviation(draws) / Math.sqrt(draws.length);
  const deviations = (average - expected) / standardError;
  if (!(Math.abs(deviations) <= limit)) {
    throw new Error(
      `expected ${expected}, the mean of ${draws.length} draws is ${average}, ${deviations.toFixed(1)} standard errors off`,
    );
  }
  return { mean: average, standardError, expected, deviations };
}
