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

/** The file that says that a trial of a sweep is stored, below the sweep's folder: the store itself may put the trial elsewhere meanwhile. */
export const doneFile = (spec: experiment.TrialSpec): string => join("done", experiment.trialKey(spec));

/** A word for a shell, whatever it holds. */
const quote = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;

/**
 * Writes what the Snakefile reads: `jobs.json` with the names of jobs and the files that they bring, a file of specs for each job,
 * and `work.sh`, which a job is computed by. All that Snakemake sees is relative to the folder, for it takes braces in a path for
 * its own.
 * @param folder of this sweep alone. @param results folder of the store. @param command of a worker, without its job.
 */
export function writeJobs(
  folder: string,
  { results, command, jobs }: { results: string; command: readonly string[]; jobs: readonly Job[] },
): void {
  const place = join(folder, "jobs");
  mkdirSync(place, { recursive: true });
  const listed = jobs.map(({ name, trials }) => {
    const specs = trials.map(({ spec }) => spec);
    writeFileSync(join(place, `${name}.json`), JSON.stringify({ results, folder, specs }));
    return { name, outputs: specs.map(doneFile) };
  });
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(listed, null, 1));
  writeFileSync(join(folder, "work.sh"), `exec ${command.map(quote).join(" ")} ${quote(place)}/"$1".json\n`);
}
