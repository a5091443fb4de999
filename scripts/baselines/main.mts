import { join } from "node:path";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { mean, sum } from "simple-statistics";
import { installVenv } from "../setup/installVenv.mjs";
import { findPython } from "../setup/prerequisites.mjs";
import { root } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";
import { formatDuration } from "../sweep/costs.mjs";
import { distinctTrials, formatPlans, readPlans } from "../sweep/plans.mjs";
import { checkVersions, computeExternal, startTool } from "./compute.mjs";

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

/** Says what is missing, and how long it takes by the mean of stored trials of the same denoiser and crop. */
function tell(missing: readonly experiment.ExternalSpec[], stored: readonly experiment.TrialRecord[]): void {
  const nameOf = ({ denoiser, crop }: experiment.ExternalSpec) => `${denoiser.kind} ${crop}`;
  const times = missing.map((spec) =>
    stored.flatMap((one) =>
      experiment.isExternal(one.spec) && nameOf(one.spec) === nameOf(spec) ? one.costs.seconds : [],
    ),
  );
  const known = times.filter(({ length }) => length > 0).map(mean);
  const unknown = missing.length - known.length;
  console.log(
    `${stored.length + missing.length} trials of external tools: ${stored.length} stored, ${missing.length} missing` +
      `${known.length > 0 ? `, about ${formatDuration(sum(known))}` : ""}` +
      `${unknown > 0 ? `, ${unknown} of them of a kind that none is stored of` : ""}`,
  );
}

/** Installs the denoisers. @returns the Python that has them. */
async function installTools(): Promise<string> {
  const python = findPython({ oldestMinor: 11, purpose: " by NumPy, which npm run baselines works with" });
  const what = "bm3d and scikit-image";
  const wants = { name: "baselines", folder: "baselines-venv", what, words: ["--require-hashes"], python };
  return join(await installVenv(wants), "python");
}

async function compute(missing: readonly experiment.ExternalSpec[]): Promise<number> {
  const script = join(root, "scripts", "baselines", "denoise.py");
  // Not before it is known to be needed.
  const python = process.env.DDPM_DIP_BASELINES_PYTHON ?? (await installTools());
  let interrupted = false;
  const first = () => {
    interrupted = true;
  };
  runtime.listenForStop({ first, again: first });
  const tool = await startTool(python, [script]);
  const display = experiment.openProgress(missing.length);
  let done = 0;
  try {
    checkVersions(missing, tool.versions);
    for (const spec of missing) {
      if (interrupted) break;
      const record = await computeExternal(spec, tool);
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
  // Plans without external trials are left out unless they were named.
  const plans = (await readPlans(options.plans, profile.name, options.from))
    .map((plan) => ({ ...plan, specs: plan.specs.filter(experiment.isExternal) }))
    .filter(({ specs }) => specs.length > 0 || options.plans.length > 0);
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
