import { checkMonteCarlo } from "ddpm-dip/metrics";
import type { Row } from "../analysis/frames";

/**
 * A claim beside its Monte-Carlo check as a row of a table.
 * @param unit what the numbers are divided by when shown, such as 1e-4.
 * @throws Error with the numbers when the mean of the draws is more than four standard errors from what is expected.
 */
export function checkRow(claim: string, draws: number[], expected: number, unit = 1): Row {
  const { mean, standardError, deviations } = checkMonteCarlo(draws, expected);
  return {
    ...{ claim, expected: expected / unit, measured: mean / unit, standardError: standardError / unit, deviations },
  };
}

/** Heads and digits of a table of such rows. */
export const checkStyle = {
  titles: { standardError: "± s.e.", deviations: "off by, s.e." },
  digits: { expected: 3, measured: 3, standardError: 3, deviations: 1 },
};

/**
 * A number beside the one that it should be near.
 * @throws Error naming both when it is further off than the tolerance.
 */
export function requireNear(what: string, got: number, want: number, tolerance: number): void {
  if (!(Math.abs(got - want) <= tolerance)) throw new Error(`${what}: got ${got}, want ${want} within ${tolerance}`);
}

/** Numbers from draws 0 to count − 1. */
export function repeat<T>(count: number, draw: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => draw(index));
}
