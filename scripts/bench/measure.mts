import { setTimeout as pause } from "node:timers/promises";
import { runtime } from "ddpm-dip";
import { quantile } from "simple-statistics";
import type { Contender } from "./contenders.mjs";
import type { Work } from "./rows.mjs";

/** Median and quartiles of a contender's steps, milliseconds, and the highest resident memory of its process. */
export interface Measured {
  median: number;
  low: number;
  high: number;
  count: number;
  peakMiB: number;
}

/** What each contender took by its name; null where it could not run. */
export type Timings = Record<string, Measured | null>;

/** A row of the result; a figure that was not measured is null. */
export interface MeasuredRow {
  id: string;
  tfjsEagerMs: number | null;
  engineMs: number | null;
  torchEagerMs: number | null;
  torchCompileMs: number | null;
  /** The convolutions of the engine's step alone. */
  convolutionsMs: number | null;
  /** Highest resident memory of the process, MiB. */
  enginePeakMiB: number | null;
  torchEagerPeakMiB: number | null;
  /** Which way each was faster: where the engine's cores went, and PyTorch's memory layout. */
  ways: { engine: string; torchEager: string; torchCompile: string };
  timings: Timings;
}

/** A kernel's milliseconds beside those of what it replaces and of PyTorch; null where one could not run. */
export interface KernelRow {
  id: string;
  compositeMs: number | null;
  kernelMs: number | null;
  torchEagerMs: number | null;
  torchCompileMs: number | null;
  timings: Timings;
}

/** Sums repeated times up. */
export function summarise(times: number[]): Omit<Measured, "peakMiB"> {
  const [low, median, high] = quantile(times, [0.25, 0.5, 0.75]) as [number, number, number];
  return { median, low, high, count: times.length };
}

/** The faster of the two ways to set a contender up, each with the name that it was measured under. */
export function faster(timings: Timings, ways: Record<string, string>) {
  const found = Object.entries(ways).map(([way, name]) => ({ way, timing: timings[name] ?? null }));
  const [best] = found.sort((a, b) => (a.timing?.median ?? 1e9) - (b.timing?.median ?? 1e9)) as [(typeof found)[0]];
  return { ...best, ms: best.timing?.median ?? null, peakMiB: best.timing?.peakMiB ?? null };
}

/**
 * Times contenders on one row in turns, round after round, so that whatever else the machine does falls on all of
 * them. Each turn begins with a step that is not counted.
 * @param seconds that a contender's turns should take in all, about.
 */
export async function measureRow(
  row: { id: string; work: Work },
  contenders: Record<string, Contender>,
  { rounds, seconds, note }: { rounds: number; seconds: number; note: (text: string) => void },
): Promise<Timings> {
  const opened = await Promise.all(
    Object.entries(contenders).map(async ([name, contender]) => {
      try {
        await contender.open(row.work);
        return [{ name, contender, times: [] as number[], count: 0 }];
      } catch (error) {
        note(`${name} cannot run ${row.id}: ${runtime.whyOf(error)}`);
        return [];
      }
    }),
  );
  const running = opened.flat();
  for (const one of running) {
    const [, slow = 1, other = 1] = await one.contender.run(3);
    one.count = Math.max(2, Math.min(200, Math.round((seconds * 1000) / rounds / Math.min(slow, other))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const { name, contender, times, count } of running) {
      note(`round ${round + 1} of ${rounds}, ${name}`);
      await pause(100);
      times.push(...(await contender.run(count + 1)).slice(1));
    }
  }
  const timings: Timings = Object.fromEntries(Object.keys(contenders).map((name) => [name, null]));
  for (const { name, contender, times } of running) {
    timings[name] = { ...summarise(times), peakMiB: await contender.peakMiB() };
  }
  for (const contender of Object.values(contenders)) contender.close();
  return timings;
}
