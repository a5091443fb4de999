import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { runtimeEnvironment } from "../setup/places.mjs";
import { root, runtimeFolder } from "../setup/process.mjs";
import { doneFile, type Job, secondsOf, writeJobs } from "./jobs.mjs";
import { type Distribution, type Resources, runSnakemake, snakemakeWords } from "./runSnakemake.mjs";

/** The command of a worker, with all that it needs from here in its environment, whatever machine it is started on. */
export function workerCommand(): string[] {
  const own = Object.entries(process.env).filter(([name]) => name.startsWith("DDPM_DIP_"));
  // Several trials run beside each other: each has one core for its ops, as everywhere on few cores.
  const environment = { TF_NUM_INTRAOP_THREADS: "1", ...runtimeEnvironment(), ...Object.fromEntries(own) };
  return [
    "env",
    ...Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    ...[process.execPath, "--import", import.meta.resolve("tsx"), join(root, "scripts", "sweep", "worker.mts")],
  ];
}

/** Twice the memory that was seen, and four times as long: a cluster kills a job that asked for too little. */
function resourcesFor(jobs: readonly Job[]): Resources {
  const peaks = jobs.flatMap(({ trials }) => trials.map(({ cost }) => Math.ceil(cost?.peakMiB ?? 0)));
  return {
    mem_mb: 2 * Math.max(1000, ...peaks),
    runtime: Math.max(30, Math.ceil((4 * Math.max(...jobs.map(secondsOf))) / 60)),
  };
}

/** Shows how many of the files are there: a bar in a terminal, a line for each change elsewhere. */
function watchFiles(files: readonly string[]) {
  const display = experiment.openProgress(files.length);
  let finished = 0;
  return {
    look() {
      const now = files.filter((file) => existsSync(file)).length;
      display.update(now, `${now} of ${files.length} trials`);
      if (now > finished && !process.stderr.isTTY) console.log(`[sweep] ${now} of ${files.length} trials are stored`);
      finished = now;
    },
    finish: display.finish,
  };
}

/**
 * Has the jobs computed by Snakemake, in a folder of their own below .runtime/sweep-work: the store is all that two sweeps
 * share. The folder goes when all trials are stored or the sweep is interrupted, and is kept with its logs
 * when some failed.
 * @returns 0 when all trials are stored, 130 after an interrupt, else 1.
 */
export async function runJobs(
  jobs: readonly Job[],
  { results, snakemake, ...distribution }: Distribution & { results: string; snakemake: string },
): Promise<number> {
  const specs = jobs.flatMap(({ trials }) => trials.map(({ spec }) => spec));
  const work = join(runtimeFolder, "sweep-work");
  mkdirSync(work, { recursive: true });
  const folder = mkdtempSync(join(work, `${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}-`));
  writeJobs(folder, { results, command: workerCommand(), jobs });
  const log = join(folder, "snakemake.log");
  const watched = watchFiles(specs.map((spec) => join(folder, doneFile(spec))));

  const snakefile = join(root, "scripts", "sweep", "Snakefile");
  const words = snakemakeWords(distribution, { snakefile, folder, resources: resourcesFor(jobs) });
  const { code, interrupted } = await runSnakemake(snakemake, words, { folder, log, onTick: watched.look });
  watched.look();
  const store = experiment.openStore(results);
  const stored = specs.filter((spec) => store.read(spec) !== undefined).length;
  const summary = `${stored} of ${specs.length} trials are stored`;
  watched.finish(summary);
  if (stored === specs.length || interrupted) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (stored === specs.length) {
    console.log(`[sweep] all done: ${summary} in ${results}`);
    return 0;
  }
  if (interrupted) {
    console.error(`interrupted: ${summary}; the same command goes on`);
    return 130;
  }
  console.error(readFileSync(log, "utf8").trimEnd().split("\n").slice(-40).join("\n"));
  console.error(`error: ${summary}; Snakemake ended with code ${code} (whole log: ${log})`);
  return 1;
}
