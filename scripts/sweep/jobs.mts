import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { type Cost, startSeconds } from "./costs.mjs";

/** A trial that is to be computed, and what it is expected to take. */
export interface Missing {
  spec: experiment.TrialSpec;
  cost: Cost | undefined;
}

/** Trials that one process computes one after the other. */
export interface Job {
  name: string;
  trials: Missing[];
}

/** A process that computes so long spends less than a tenth of its time on starting. */
const worthwhileSeconds = 30;
/** A trial whose cost is not known gets a job of its own. */
const unknownSeconds = worthwhileSeconds;

/** What a job is expected to take, its start included. */
export function secondsOf({ trials }: Job): number {
  return startSeconds + trials.reduce((sum, { cost }) => sum + (cost?.seconds ?? unknownSeconds), 0);
}

/**
 * Packs trials into jobs, in their order: so many a job, or quick ones until a job is worth its start, but never so many
 * that cores would lie idle.
 * @param group trials a job, where it is not left to their costs.
 */
export function packJobs(missing: readonly Missing[], { cores, group }: { cores: number; group?: number }): Job[] {
  const seconds = missing.map(({ cost }) => cost?.seconds ?? unknownSeconds);
  const share = seconds.reduce((sum, one) => sum + one, 0) / cores;
  const full = Math.min(worthwhileSeconds, share / 2);
  const packs: Missing[][] = [];
  let held = Number.POSITIVE_INFINITY;
  for (const [i, trial] of missing.entries()) {
    const last = packs.at(-1);
    if (last && (group === undefined ? held + (seconds[i] as number) <= full : last.length < group)) {
      last.push(trial);
      held += seconds[i] as number;
    } else {
      packs.push([trial]);
      held = seconds[i] as number;
    }
  }
  const digits = String(packs.length).length;
  return packs.map((trials, i) => ({ name: `trials_${String(i + 1).padStart(digits, "0")}`, trials }));
}

/** The file that says that a trial of a sweep is stored: the store itself may put the trial elsewhere meanwhile. */
export const doneFile = (folder: string, spec: experiment.TrialSpec): string =>
  join(folder, "done", experiment.trialKey(spec));

/**
 * Writes what the Snakefile reads: `jobs.json` with the command of a worker, the names of jobs and the files that they bring,
 * and a file of specs for each job.
 * @param folder of this sweep alone. @param results folder of the store.
 * @returns the path of `jobs.json`.
 */
export function writeJobs(
  folder: string,
  { results, command, jobs }: { results: string; command: readonly string[]; jobs: readonly Job[] },
): string {
  const place = join(folder, "jobs");
  mkdirSync(place, { recursive: true });
  const listed = jobs.map(({ name, trials }) => {
    const specs = trials.map(({ spec }) => spec);
    const file = join(place, `${name}.json`);
    writeFileSync(file, JSON.stringify({ results, folder, specs }));
    return { name, file, outputs: specs.map((spec) => doneFile(folder, spec)) };
  });
  const index = join(folder, "jobs.json");
  writeFileSync(index, JSON.stringify({ command, jobs: listed }, null, 1));
  return index;
}
