import * as experiment from "ddpm-dip-experiments";
import { mean } from "simple-statistics";
import type { Plan } from "./plans.mjs";

/** Until a process has loaded TensorFlow and its first trial begins. */
export const startSeconds = 3;

/** What stored trials of a kind took. */
export interface Cost {
  seconds: number;
  peakMiB: number;
}

function costOf(records: readonly experiment.TrialRecord[]): Cost | undefined {
  if (records.length === 0) return undefined;
  return {
    seconds: mean(records.map(({ costs }) => costs.seconds)),
    peakMiB: Math.max(...records.map(({ costs }) => costs.peakMiB)),
  };
}

/**
 * Estimates what a trial of a plan will take by the mean of the plan's own stored trials of the same method, or of all stored
 * trials of the method where the plan has none; undefined where none is like it.
 */
export function openEstimate(records: readonly experiment.TrialRecord[]) {
  const stored = new Map(records.map((record) => [record.key, record]));
  const known = new Map<string, Cost | undefined>();
  const lookUp = (name: string, choose: () => experiment.TrialRecord[]) => {
    if (!known.has(name)) known.set(name, costOf(choose()));
    return known.get(name);
  };
  return (plan: Plan, { method }: experiment.TrialSpec): Cost | undefined =>
    lookUp(`${plan.name} ${method}`, () =>
      plan.specs
        .filter((spec) => spec.method === method)
        .flatMap((spec) => stored.get(experiment.trialKey(spec)) ?? []),
    ) ?? lookUp(method, () => records.filter(({ spec }) => spec.method === method));
}

/** Seconds until jobs are done on so many cores, each taking the next longest job as it falls free. */
export function wallSeconds(jobs: readonly number[], cores: number): number {
  const busy = Array<number>(cores).fill(0);
  for (const seconds of [...jobs].sort((a, b) => b - a)) {
    const next = busy.indexOf(Math.min(...busy));
    busy[next] = (busy[next] as number) + seconds;
  }
  return Math.max(...busy);
}

/** A duration in the unit that suits it. */
export function formatDuration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 90 * 60) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
