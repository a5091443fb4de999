import { join } from "node:path";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { mean } from "simple-statistics";
import { installVenv } from "../setup/installVenv.mjs";
import { findPython } from "../setup/prerequisites.mjs";
import { root, runtimeFolder } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";
import { formatDuration } from "../sweep/costs.mjs";
import { distinctTrials, ownPlans, type Plan, readPlan } from "../sweep/plans.mjs";
import { formatPlans } from "../sweep/tell.mjs";
import { checkVersions, computeExternal } from "./compute.mjs";
import { startTool } from "./tool.mjs";

/** What npm run baselines was asked for, from baselines.mjs. */
interface Options {
  plans: string[];
  do: "list" | "dry-run" | "run";
  /** The folder that npm was called in. */
  from: string;
}

const options = JSON.parse(process.argv[2] as string) as Options;
const profile = experiment.readProfile();
const store = experiment.openStore(profile.resultsFolder);

/** The plans with their external trials alone; those that have none are left out where no plan was named. */
async function readPlans(): Promise<Plan[]> {
  const plans: Plan[] = [];
  for (const name of options.plans.length > 0 ? options.plans : [...ownPlans.keys()]) {
    const plan = await readPlan(name, profile.name, options.from);
    const specs = plan.specs.filter(experiment.isExternal);
    if (specs.length > 0 || options.plans.length > 0) plans.push({ ...plan, specs });
  }
  return plans;
}

/** The mean seconds of stored trials of the same denoiser on as many pixels, by the trial's kind and crop. */
function openEstimate(stored: readonly experiment.TrialRecord[]) {
  const nameOf = ({ denoiser, crop }: experiment.ExternalSpec) => `${denoiser.kind} ${crop}`;
  const seconds = new Map<string, number[]>();
  for (const { spec, costs } of stored) {
    if (!experiment.isExternal(spec)) continue;
    seconds.set(nameOf(spec), [...(seconds.get(nameOf(spec)) ?? []), costs.seconds]);
  }
  return (spec: experiment.ExternalSpec) => {
    const known = seconds.get(nameOf(spec));
    return known ? mean(known) : undefined;
  };
}

function tell(missing: readonly experiment.ExternalSpec[], stored: readonly experiment.TrialRecord[]): void {
  const estimate = openEstimate(stored);
  const times = missing.map(estimate);
  const unknown = times.filter((time) => time === undefined).length;
  const known = times.reduce((sum: number, time) => sum + (time ?? 0), 0);
  console.log(
    `${stored.length + missing.length} trials of external tools: ${stored.length} stored, ${missing.length} missing` +
      `${missing.length > unknown ? `, about ${formatDuration(known)}` : ""}` +
      `${unknown > 0 ? `, ${unknown} of them of a kind that none is stored of` : ""}`,
  );
}

/** Installs the denoisers. @returns the folder of the programs. */
function installTools(): Promise<string> {
  const purpose = " by NumPy, which npm run baselines works with";
  const python = findPython({ oldestMinor: 11, purpose });
  const what = "bm3d and scikit-image";
  return installVenv({ name: "baselines", folder: "baselines-venv", what, words: ["--require-hashes"], python });
}

async function compute(missing: readonly experiment.ExternalSpec[]): Promise<number> {
  const script = join(root, "scripts", "baselines", "denoise.py");
  // Not before it is known to be needed.
  const python = process.env.DDPM_DIP_BASELINES_PYTHON ?? join(await installTools(), "python");
  let interrupted = false;
  const first = () => {
    interrupted = true;
  };
  runtime.listenForStop({ first, again: first });
  const tool = await startTool(python, [script]);
  const display = experiment.openProgress(missing.length);
  const folder = join(runtimeFolder, "baselines");
  let done = 0;
  try {
    checkVersions(missing, tool.versions);
    for (const spec of missing) {
      if (interrupted) break;
      const record = await computeExternal(spec, tool, folder);
      await store.write(record);
      done++;
      const note = `${spec.denoiser.kind} ${spec.image.name} ${(record.metrics.psnr as number).toFixed(2)} dB`;
      display.update(done, note);
      if (!process.stderr.isTTY) console.log(`[baselines] ${done} of ${missing.length}: ${note}`);
    }
  } finally {
    await tool.close();
    display.finish(`${done} of ${missing.length} trials are stored in ${store.folder}`);
  }
  if (!interrupted) return 0;
  console.error(`interrupted: ${done} of ${missing.length} trials are stored; the same command goes on`);
  return 130;
}

async function main(): Promise<number> {
  const plans = await readPlans();
  const specs = [...distinctTrials(plans).values()].filter(experiment.isExternal);
  const found = specs.map((spec) => ({ spec, record: store.read(spec) }));
  const stored = found.flatMap(({ record }) => record ?? []);
  if (options.do === "list") {
    console.log(formatPlans(plans, stored));
    return 0;
  }
  const missing = found.flatMap(({ spec, record }) => (record ? [] : [spec]));
  tell(missing, stored);
  return options.do === "dry-run" || missing.length === 0 ? 0 : compute(missing);
}

await runMain(main);
