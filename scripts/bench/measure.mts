import { setTimeout as pause } from "node:timers/promises";
import type { Contender } from "./contenders.mjs";
import type { KernelWork, Work } from "./rows.mjs";
import { summarise, type Timing } from "./statistics.mjs";

/** What a contender's steps took, and the highest resident memory of its process. */
export interface Measured extends Timing {
  peakMiB: number;
}

/** Names of the contenders and what they took; null where one could not run. */
export type Timings<Name extends string> = Record<Name, Measured | null>;

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
  /** Medians and quartiles of every contender. */
  timings: Record<string, Measured | null>;
}

/** The faster of two ways to set a contender up. */
export function better(
  a: [way: string, timing: Measured | null],
  b: [way: string, timing: Measured | null],
): { timing: Measured | null; way: string } {
  const [way, timing] = b[1] === null || (a[1] !== null && a[1].median <= b[1].median) ? a : b;
  return { way, timing };
}

/**
 * Times contenders on one row in turns, round after round, so that whatever else the machine does falls on all of
 * them. Each turn begins with a step that is not counted.
 * @param seconds that a contender's turns should take in all, about.
 */
export async function measureRow<Name extends string>(
  row: { id: string; work: Work | KernelWork },
  contenders: Record<Name, Contender>,
  { rounds, seconds, note }: { rounds: number; seconds: number; note: (text: string) => void },
): Promise<Timings<Name>> {
  const names = Object.keys(contenders) as Name[];
  const failed = new Map<Name, string>();
  await Promise.all(
    names.map(async (name) => {
      try {
        await contenders[name].open(row.work);
      } catch (error) {
        failed.set(name, error instanceof Error ? error.message : String(error));
      }
    }),
  );
  for (const [name, reason] of failed) note(`${name} cannot run ${row.id}: ${reason}`);
  const running = names.filter((name) => !failed.has(name));
  const times = new Map<Name, number[]>(running.map((name) => [name, []]));
  const counts = new Map<Name, number>();
  for (const name of running) {
    const [, slow = 1, other = 1] = await contenders[name].run(3);
    counts.set(name, Math.max(2, Math.min(200, Math.round((seconds * 1000) / rounds / Math.min(slow, other)))));
  }
  for (let round = 0; round < rounds; round++) {
    for (const name of running) {
      note(`round ${round + 1} of ${rounds}, ${name}`);
      await pause(100);
      const [, ...counted] = await contenders[name].run((counts.get(name) as number) + 1);
      times.get(name)?.push(...counted);
    }
  }
  const measured = await Promise.all(
    running.map(async (name) => {
      const peakMiB = await contenders[name].peakMiB();
      return [name, { ...summarise(times.get(name) as number[]), peakMiB }] as const;
    }),
  );
  for (const name of names) contenders[name].close();
  return { ...Object.fromEntries(names.map((name) => [name, null])), ...Object.fromEntries(measured) } as Timings<Name>;
}
