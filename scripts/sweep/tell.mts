import * as experiment from "ddpm-dip-experiments";
import { formatDuration, wallSeconds } from "./costs.mjs";
import { type Job, secondsOf } from "./jobs.mjs";
import type { Plan } from "./plans.mjs";

/** How many trials each plan has and how many of them are stored, one line a plan. */
export function formatPlans(plans: readonly Plan[], records: readonly experiment.TrialRecord[]): string {
  const stored = new Set(records.map(({ key }) => key));
  const width = Math.max(4, ...plans.map(({ name }) => name.length));
  const line = (...[name, trials, found]: [string, string, string]) =>
    `${name.padEnd(width)}${trials.padStart(8)}${found.padStart(8)}`;
  return [
    line("plan", "trials", "stored"),
    ...plans.map(({ name, specs }) => {
      const found = specs.filter((spec) => stored.has(experiment.trialKey(spec))).length;
      return line(name, String(specs.length), String(found));
    }),
  ].join("\n");
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
