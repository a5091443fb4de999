import { setImmediate as nextTurn } from "node:timers/promises";
import { type Engine, peakResidentMiB } from "../runtime";
import { isExternal, missingExternal } from "./externalTrial";
import type { TrialContext, TrialMethod } from "./method";
import { runDdpm } from "./methods/ddpm";
import { runDdpmRestore } from "./methods/ddpmRestore";
import { runDdpmSample } from "./methods/ddpmSample";
import { runDenoise } from "./methods/denoise";
import { runDenoiser } from "./methods/denoiser";
import { runDip } from "./methods/dip";
import { runDipSplit } from "./methods/dipSplit";
import { runDipTask } from "./methods/dipTask";
import { runLeague } from "./methods/league";
import { runPriorTraining } from "./methods/priorTraining";
import { runWarmStart } from "./methods/warmStart";
import { readProfile } from "./profile";
import { openProgress, type Progress } from "./progress";
import { describeMachine, readVersions, type TrialRecord, type TrialResult } from "./record";
import { checkSpec, type SpecOf, type TrialSpec, trialKey } from "./spec";
import { openStore, type TrialStore } from "./store";

/** A run of trials was interrupted; those that had finished are stored. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

const methods: { [Method in TrialSpec["method"]]: TrialMethod<SpecOf<Method>> } = {
  dip: runDip,
  "dip-split": runDipSplit,
  ddpm: runDdpm,
  league: runLeague,
  denoise: runDenoise,
  "dip-task": runDipTask,
  "ddpm-restore": runDdpmRestore,
  denoiser: runDenoiser,
  "ddpm-sample": runDdpmSample,
  "warm-start": runWarmStart,
  "prior-training": runPriorTraining,
};

/** Options of a run; the defaults come from the profile. */
export interface RunTrialsOptions {
  store?: TrialStore;
  /** Compute trials that are stored as well, but for those of external tools. */
  fresh?: boolean;
  engine?: Engine;
  progress?: (total: number) => Progress;
}

/**
 * Brings a list of trials to completion: reads those that are stored, computes and stores the others one by one.
 * Every spec is checked before any work. An interrupt (Ctrl-C, or the notebook's stop button) ends it between two
 * iterations; what had finished is stored, and the next run goes on from there.
 * @returns the records, in the order of the specs.
 * @throws RangeError for a spec that is not valid; Error for one of an external tool that is not stored, before any work;
 *   InterruptedError after an interrupt; what the trial threw otherwise.
 */
export async function runTrials(
  specs: readonly TrialSpec[],
  { store, fresh, engine = "recorded", progress = openProgress }: RunTrialsOptions = {},
): Promise<TrialRecord[]> {
  const profile = readProfile();
  const trials = store ?? openStore(profile.resultsFolder);
  const recompute = fresh ?? profile.fresh;
  const checked = specs.map(checkSpec);
  const missing = checked.filter(isExternal).filter((spec) => trials.read(spec) === undefined);
  if (missing.length > 0) throw missingExternal(missing);
  const display = progress(checked.length);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new InterruptedError("interrupted"));
  // The kernel runs the first, synchronous part of a cell under a SIGINT guard of Node's own. A listener added in there
  // is overruled when the guard goes, and the signal would kill the kernel.
  await nextTurn();
  process.on("SIGINT", interrupt);
  const started = Date.now();
  const records: TrialRecord[] = [];
  let computed = 0;
  try {
    for (const [index, spec] of checked.entries()) {
      const stored = recompute && !isExternal(spec) ? undefined : trials.read(spec);
      if (stored) {
        records.push(stored);
        continue;
      }
      const note = `computing ${trialKey(spec)}`;
      display.update(index, note);
      const record = await computeTrial(spec, {
        signal: interruption.signal,
        engine,
        onProgress: (share) => display.update(index + share, note),
      });
      await trials.write(record);
      records.push(record);
      computed++;
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(computed > 0 ? 1 : 0);
    display.finish(
      computed > 0
        ? `${checked.length} trials: ${checked.length - computed} from the store, ${computed} computed in ${seconds} s`
        : `${checked.length} trials, all from the store`,
    );
    return records;
  } catch (error) {
    if (error instanceof InterruptedError) {
      const summary = `interrupted: ${records.length} of ${checked.length} trials are stored; run again to go on`;
      display.finish(summary);
      throw new InterruptedError(summary);
    }
    display.finish(`failed after ${records.length} of ${checked.length} trials`);
    throw error;
  } finally {
    process.off("SIGINT", interrupt);
  }
}

/** Computes one trial without storing it. */
export async function computeTrial(spec: TrialSpec, context: TrialContext): Promise<TrialRecord> {
  const started = process.hrtime.bigint();
  const run = methods[spec.method] as (spec: TrialSpec, context: TrialContext) => Promise<TrialResult>;
  const result = await run(spec, context);
  context.signal.throwIfAborted();
  return {
    key: trialKey(spec),
    spec,
    ...result,
    costs: { seconds: Number(process.hrtime.bigint() - started) / 1e9, peakMiB: Math.round(peakResidentMiB()) },
    versions: readVersions(),
    machine: describeMachine(),
    engine: context.engine,
    finishedAt: new Date().toISOString(),
  };
}

/** Computes one trial now, in front of the reader, and stores nothing. */
export async function runLive(spec: TrialSpec): Promise<TrialRecord> {
  const forgetful: TrialStore = { folder: "", read: () => undefined, write: async () => {} };
  const [record] = await runTrials([spec], { store: forgetful });
  return record as TrialRecord;
}
