import { resolve } from "node:path";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { formatSummary, packStore } from "../results/pack.mjs";
import { runMain } from "../setup/runMain.mjs";
import { openEstimate } from "./costs.mjs";
import { formatJobs, packJobs } from "./jobs.mjs";
import { distinctTrials, formatPlans, readPlans } from "./plans.mjs";
import { runJobs } from "./runJobs.mjs";
import { type Distribution, installSnakemake } from "./runSnakemake.mjs";
import { formatCosts } from "./scaling.mjs";

/** What npm run sweep was asked for, from sweep.mjs. */
interface Options extends Distribution {
  plans: string[];
  do: "list" | "costs" | "dry-run" | "run";
  group?: number;
  /** The folder that npm was called in. */
  from: string;
}

const options = JSON.parse(process.argv[2] as string) as Options;
const profile = experiment.readProfile();

/** The trials of the store; damaged files are named and count as missing. */
function readStored(): experiment.TrialRecord[] {
  return [...experiment.readAllStored<experiment.TrialSpec>(profile.resultsFolder)].flatMap((stored) => {
    if (stored.record) return stored.record;
    console.warn(`${experiment.placeOf(stored)} is damaged and counts as missing: ${stored.damage}`);
    return [];
  });
}

/** Packs what a sweep has computed; what hinders it hinders no sweep. */
async function pack(folder: string): Promise<void> {
  try {
    console.log(`[sweep] ${formatSummary(await packStore(folder))}`);
  } catch (error) {
    console.warn(`[sweep] not packed: ${runtime.whyOf(error)}`);
  }
}

async function main(): Promise<number> {
  const plans = await readPlans(options.plans, profile.name, options.from);
  const records = readStored();
  if (options.do === "list" || options.do === "costs") {
    console.log(options.do === "list" ? formatPlans(plans, records) : formatCosts(plans, records));
    return 0;
  }
  const estimate = openEstimate(records);
  const stored = new Set(records.map(({ key }) => key));
  const missing = new Map(
    plans.flatMap((plan) =>
      plan.specs.flatMap((spec) => {
        const key = experiment.trialKey(spec);
        return stored.has(key) ? [] : [[key, { spec, cost: estimate(plan, spec) }] as const];
      }),
    ),
  );
  const external = [...missing].filter(([, { spec }]) => experiment.isExternal(spec));
  for (const [key] of external) missing.delete(key);
  if (external.length > 0) console.log(`${external.length} trials of external tools are left to npm run baselines`);
  const jobs = packJobs([...missing.values()], options);
  console.log(formatJobs(jobs, { total: distinctTrials(plans).size - external.length, cores: options.cores }));
  if (options.do === "dry-run" || jobs.length === 0) return 0;
  // Not before it is known to be needed.
  const snakemake = await installSnakemake();
  const results = resolve(profile.resultsFolder);
  const code = await runJobs(jobs, { ...options, snakemake, results });
  if (code !== 130) await pack(results);
  return code;
}

await runMain(main);
