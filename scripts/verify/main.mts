import { existsSync } from "node:fs";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { UsageError } from "../setup/process.mjs";
import { runMain } from "../setup/runMain.mjs";
import { readPlan } from "../sweep/plans.mjs";

const { drawTrials, madeAlike, verifyTrial } = experiment.verify;

/** What npm run verify was asked for, from verify.mjs. */
interface Options {
  minutes: number;
  seed: number;
  method?: string;
  plan?: string;
  decibels?: number;
  exact: boolean;
  digestsOnly: boolean;
}

const options = JSON.parse(process.argv[2] as string) as Options;
const profile = experiment.readProfile();
const stop = new AbortController();
runtime.listenForStop({
  first: () => stop.abort(new experiment.InterruptedError("interrupted")),
  again: () => process.exit(130),
});

/** The undamaged trials, and how many files are damaged. @throws Error where there is nothing to verify. */
function checkDigests(): { records: experiment.TrialRecord[]; damaged: number } {
  const { resultsFolder } = profile;
  if (!existsSync(resultsFolder)) throw new Error(`there is no folder ${resultsFolder}: want one with stored trials`);
  const all = [...experiment.readAllStored<experiment.TrialSpec>(resultsFolder)];
  if (all.length === 0) throw new Error(`${resultsFolder} holds no stored trial: nothing was verified`);
  const records = all.flatMap(({ record }) => record ?? []);
  for (const stored of all) {
    if (!stored.record) console.error(`${experiment.placeOf(stored)} is damaged: ${stored.damage}`);
  }
  const damaged = all.length - records.length;
  console.log(`${all.length} stored trials in ${resultsFolder}: ${damaged} damaged`);
  return { records, damaged };
}

async function choose(records: experiment.TrialRecord[]): Promise<experiment.TrialRecord[]> {
  const { method, plan } = options;
  const planned = plan && new Set((await readPlan(plan, profile.name, process.cwd())).specs.map(experiment.trialKey));
  const chosen = records.filter(
    ({ key, spec }) => (method === undefined || spec.method === method) && (!planned || planned.has(key)),
  );
  if (chosen.length > 0) return chosen;
  const methods = [...new Set(records.map(({ spec }) => spec.method))].join(", ");
  throw new UsageError(
    `no stored trial is ${plan ? `of the plan ${plan} and ` : ""}of the method ${method ?? "(any)"}; stored are ${methods}`,
  );
}

const number = (value: number) => (Number.isNaN(value) ? "–" : String(Number(value.toPrecision(8))));

function tell(record: experiment.TrialRecord, verdict: experiment.verify.Verdict): void {
  const where = madeAlike(record) ? "a machine like this one" : record.machine.processor;
  if (verdict.state === "not possible") {
    console.log(`${record.key.padEnd(32)}not possible  ${verdict.reason}`);
    return;
  }
  const { state, differences, seconds } = verdict;
  const shown = differences
    .slice(0, state === "beyond" ? 5 : 1)
    .map(({ name, stored, recomputed }) => `${name} ${number(stored)}, now ${number(recomputed)}`);
  const times = `${record.costs.seconds.toFixed(1)} s, now ${seconds.toFixed(1)} s`;
  const notes = [times, `stored by ${where}`, ...shown].join("; ");
  console.log(`${record.key.padEnd(32)}${state.padEnd(14)}${notes}`);
}

async function main(): Promise<number> {
  const { records, damaged } = checkDigests();
  if (options.digestsOnly) return damaged > 0 ? 1 : 0;
  const seconds = 60 * options.minutes;
  const drawn = drawTrials(await choose(records), { seed: options.seed, seconds });
  const counts = { equal: 0, within: 0, beyond: 0, "not possible": 0 };
  const started = Date.now();
  let left = drawn.length;
  for (const record of drawn) {
    // A slower machine recomputes fewer.
    if (left < drawn.length && Date.now() - started > 1000 * seconds) break;
    const verdict = await verifyTrial(record, {
      signal: stop.signal,
      decibels: options.decibels,
      exact: options.exact,
    });
    counts[verdict.state]++;
    left--;
    tell(record, verdict);
  }
  const { equal, within, beyond, "not possible": impossible } = counts;
  console.log(
    `seed ${options.seed}: ${equal} equal, ${within} within the tolerance, ${beyond} beyond it, ${impossible} not possible here` +
      `${left > 0 ? `, ${left} not reached in ${options.minutes} min` : ""}`,
  );
  return damaged > 0 || beyond > 0 ? 1 : 0;
}

await runMain(() =>
  main().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
    console.error(runtime.whyOf(error));
    return 130;
  }),
);
