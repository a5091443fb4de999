import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { sum } from "simple-statistics";
import { type Cost, formatDuration, startSeconds, wallSeconds } from "./costs.mjs";

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
const expectedSeconds = ({ cost }: Missing) => cost?.seconds ?? worthwhileSeconds;

/** What a job is expected to take, its start included. */
export const secondsOf = ({ trials }: Job): number => startSeconds + sum(trials.map(expectedSeconds));

/**
 * Packs trials into jobs, in their order: so many a job, or quick ones until a job is worth its start, but never so many
 * that cores would lie idle.
 * @param group trials a job, where it is not left to their costs.
 */
export function packJobs(missing: readonly Missing[], { cores, group }: { cores: number; group?: number }): Job[] {
  const share = sum(missing.map(expectedSeconds)) / cores;
  const full = Math.min(worthwhileSeconds, share / 2);
  const packs: Missing[][] = [];
  for (const trial of missing) {
    const last = packs.at(-1);
    const isRoom =
      group === undefined ? sum([...(last ?? []), trial].map(expectedSeconds)) <= full : (last?.length ?? 0) < group;
    if (last && isRoom) last.push(trial);
    else packs.push([trial]);
  }
  const digits = String(packs.length).length;
  return packs.map((trials, i) => ({ name: `trials_${String(i + 1).padStart(digits, "0")}`, trials }));
}

/** What is to be done, and how long it takes on so many cores; the powers of two up to the number of jobs are shown. */
export function formatJobs(jobs: readonly Job[], { total, cores }: { total: number; cores: number }): string {
  const trials = jobs.flatMap((job) => job.trials);
  const opening = `${total} trials: ${total - trials.length} stored, ${trials.length} missing`;
  if (trials.length === 0) return `${opening}; nothing to do`;
  const seconds = jobs.map(secondsOf);
  const unknown = trials.filter(({ cost }) => cost === undefined).length;
  const powers = Array.from({ length: 11 }, (_, i) => 2 ** i).filter((count) => count < 2 * jobs.length);
  const counts = [...new Set([...powers, cores])].sort((a, b) => a - b);
  const times = counts.map((count) => {
    const time = formatDuration(wallSeconds(seconds, count));
    return `  on ${count} ${count === 1 ? "core" : "cores"}: about ${time}${count === cores ? " (as asked for)" : ""}`;
  });
  return [
    `${opening}, in ${jobs.length} ${jobs.length === 1 ? "job" : "jobs"}`,
    ...times,
    unknown === 0
      ? "by what stored trials of the same plan or method took"
      : `by what stored trials of the same plan or method took; ${unknown} have none like them and count half a minute each`,
  ].join("\n");
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
