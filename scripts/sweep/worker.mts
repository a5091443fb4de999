import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { doneFile } from "./jobs.mjs";

/** Computes the trials of one job that are not stored yet, and stores each as soon as it is there. */
const { results, folder, specs } = JSON.parse(readFileSync(process.argv[2] as string, "utf8")) as {
  results: string;
  folder: string;
  specs: experiment.TrialSpec[];
};
const store = experiment.openStore(results);
// A cluster's job has no terminal: what it says goes to its log.
const progress = (): experiment.Progress => ({ update() {}, finish() {} });
// An interrupt may come between two trials.
const stop = new AbortController();
process.on("SIGINT", () => stop.abort());
for (const spec of specs) {
  try {
    await experiment.runTrials([spec], { store, fresh: false, progress, signal: stop.signal });
    // Snakemake has made the folder.
    writeFileSync(join(folder, doneFile(spec)), "");
    console.log(`${experiment.trialKey(spec)} is stored`);
  } catch (error) {
    const interrupted = error instanceof experiment.InterruptedError;
    process.exitCode = interrupted ? 130 : 1;
    if (interrupted) break;
    // One trial that fails does not take the others of its job with it.
    console.error(`error: ${experiment.trialKey(spec)}: ${error instanceof Error ? error.stack : error}`);
  }
}
