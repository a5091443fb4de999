import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { UsageError } from "../setup/process.mjs";

/** A list of trials under a name. */
export interface Plan {
  name: string;
  specs: experiment.TrialSpec[];
}

type MakePlan = (profile: experiment.ProfileName) => experiment.TrialSpec[];

const short = (name: string) => `${name.charAt(4).toLowerCase()}${name.slice(5)}`;

/** The plans of the library by their short names: `planCropStarts` is `cropStarts`. */
export const ownPlans: ReadonlyMap<string, MakePlan> = new Map(
  Object.entries(experiment.plans)
    .filter(([name, value]) => /^plan[A-Z]/.test(name) && typeof value === "function")
    .map(([name, value]) => [short(name), value as MakePlan]),
);

async function readFilePlan(name: string, profile: experiment.ProfileName, folder: string): Promise<unknown[]> {
  const file = resolve(folder, name);
  if (!existsSync(file)) throw new UsageError(`${name}: there is no such file (${file})`);
  const module = (await import(pathToFileURL(file).href)) as { default?: unknown };
  // A file that is read as CommonJS has its exports below the default one.
  const found = (module.default as { default?: unknown } | undefined)?.default ?? module.default;
  const specs: unknown = typeof found === "function" ? await found(profile) : found;
  if (Array.isArray(specs)) return specs;
  throw new Error(`its default export is ${typeof found}, want a list of specs or a function that makes it`);
}

/**
 * The plan of a name: one of the library's, with or without the word plan before it, or a file of TypeScript whose default
 * export is a list of specs, or a function of the profile that makes it.
 * @param folder that the paths of files are relative to.
 * @throws UsageError naming the plans that there are, or what is wrong with the file or a spec in it.
 */
export async function readPlan(name: string, profile: experiment.ProfileName, folder: string): Promise<Plan> {
  if (/\.m?ts$/.test(name)) {
    try {
      const specs = await readFilePlan(name, profile, folder);
      return { name, specs: specs.map((spec) => experiment.checkSpec(spec)) as experiment.TrialSpec[] };
    } catch (error) {
      if (error instanceof UsageError) throw error;
      throw new UsageError(`${name}: ${runtime.whyOf(error)}`);
    }
  }
  const own = /^plan[A-Z]/.test(name) ? short(name) : name;
  const make = ownPlans.get(own);
  if (!make) {
    const known = [...ownPlans.keys()].join(", ");
    throw new UsageError(`PLAN: got "${name}", want one of ${known}, or a file that ends in .ts or .mts`);
  }
  return { name: own, specs: make(profile).map(experiment.checkSpec) };
}

/** The plans of these names, or all of the library's where none is named. @throws as `readPlan`. */
export async function readPlans(
  names: readonly string[],
  profile: experiment.ProfileName,
  folder: string,
): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const name of names.length > 0 ? names : ownPlans.keys()) plans.push(await readPlan(name, profile, folder));
  return plans;
}

/** The trials of several plans, each once. */
export function distinctTrials(plans: readonly Plan[]): Map<string, experiment.TrialSpec> {
  return new Map(plans.flatMap(({ specs }) => specs.map((spec) => [experiment.trialKey(spec), spec] as const)));
}

/** How many trials each plan has and how many of them are stored, one line a plan. */
export function formatPlans(plans: readonly Plan[], records: readonly experiment.TrialRecord[]): string {
  const stored = new Set(records.map(({ key }) => key));
  const width = Math.max(4, ...plans.map(({ name }) => name.length));
  const counts = plans.map(({ name, specs }) => {
    const found = specs.filter((spec) => stored.has(experiment.trialKey(spec)));
    return [name, specs.length, found.length] as const;
  });
  return [["plan", "trials", "stored"] as const, ...counts]
    .map(([name, ...numbers]) => name.padEnd(width) + numbers.map((one) => String(one).padStart(8)).join(""))
    .join("\n");
}
