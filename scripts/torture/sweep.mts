import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as experiment from "ddpm-dip-experiments";
import { root } from "../setup/process.mjs";
import { digestOf, type Victim } from "./victim.mjs";

/** A worker of `npm run sweep` with six tiny trials; Snakemake, which starts it again, is not part of it. */
export const sweep: Victim = {
  async prepare(folder) {
    const [watched] = experiment.plans.planTasks("smoke");
    const base = { ...(watched as experiment.TrialSpec), keepImages: false } as experiment.TrialSpec;
    const specs = [2, 3, 4, 5, 6, 7].map((iterations) => ({ ...base, iterations, readEvery: 1 }));
    mkdirSync(join(folder, "done"));
    writeFileSync(join(folder, "job.json"), JSON.stringify({ results: join(folder, "results"), folder, specs }));
  },
  words: (folder) => ["--import", "tsx", join(root, "scripts", "sweep", "worker.mts"), join(folder, "job.json")],
  look: (folder) => digestsOf(join(folder, "results")),
};

/** Of each trial of a store what does not change from run to run. @throws Error naming a damaged one. */
export function digestsOf(results: string): Record<string, string> {
  return Object.fromEntries(
    [...experiment.readAllStored(results)].map((stored) => {
      if (!stored.record) throw new Error(`${experiment.placeOf(stored)} is damaged: ${stored.damage}`);
      const { curves, metrics } = stored.record;
      const own = Object.entries(curves).filter(([name]) => !/seconds/i.test(name));
      const numbers = Object.entries(metrics).filter(([name]) => !/seconds/i.test(name));
      return [stored.key, digestOf(JSON.stringify([own, numbers]))];
    }),
  );
}
