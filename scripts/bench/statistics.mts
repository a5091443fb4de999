import { quantile } from "simple-statistics";

/** Median and quartiles of repeated times, milliseconds. */
export interface Timing {
  median: number;
  low: number;
  high: number;
  count: number;
}

/** Sums repeated times up. */
export function summarise(times: number[]): Timing {
  const [low, median, high] = quantile(times, [0.25, 0.5, 0.75]) as [number, number, number];
  return { median, low, high, count: times.length };
}
