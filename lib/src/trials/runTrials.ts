import { setImmediate as nextTurn } from "node:timers/promises";
import { type Engine, openProgress, type Progress, peakResidentMiB } from "../runtime";
import type { TrialContext } from "./context";
import { isExternal, missingExternal } from "./externalTrial";
import { readProfile } from "./profile";
import { type AnySpec, describeMachine, readVersions, type TrialRecord } from "./record";
import { methodOf } from "./registry";
import { checkSpec, trialKey } from "./spec";
import { openStore, type TrialStore } from "./store";

/** A run of trials was interrupted; those that had finished are stored. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

export interface RunTrialsOptions {
  store?: TrialStore;
  /** Compute trials that are stored as well, but for those of external tools. */
  fresh?: boolean;
  engine?: Engine;
  progress?: (total: number) => Progress;
  /** Ends the run as an interrupt does: for a caller who listens between two runs as well. */
  signal?: AbortSignal;
}

/**
 * Brings a list of trials to completion: reads those that are stored, computes and stores the others one by one.
 * Every spec is checked before any work. An interrupt (Ctrl-C, or the notebook's stop button) ends it between two
 * iterations; what had finished is stored, and the next run goes on from there.
 * @returns the records, in the order of the specs.
 * @throws RangeError for a spec that is not valid; Error for one of an external tool that is not stored, before any work;
 *   InterruptedError after an interrupt; what the trial threw otherwise.
 */
export async function runTrials<Spec extends AnySpec>(
  specs: readonly Spec[],
  { store, fresh, engine = "recorded", progress = openProgress, signal }: RunTrialsOptions = {},
): Promise<TrialRecord<Spec>[]> {
  const profile = readProfile();
  const trials = store ?? openStore(profile.resultsFolder);
  const recompute = fresh ?? profile.fresh;
  const checked = specs.map((spec) => checkSpec(spec));
  const missing = checked.filter(isExternal).filter((spec) => trials.read(spec) === undefined);
  if (missing.length > 0) throw missingExternal(missing);
  const display = progress(checked.length);
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new InterruptedError("interrupted"));
  if (signal?.aborted) interrupt();
  signal?.addEventListener("abort", interrupt);
  // The kernel runs the first, synchronous part of a cell under a SIGINT guard of Node's own. A listener added in there
  // is overruled when the guard goes, and the signal would kill the kernel.
  await nextTurn();
  process.on("SIGINT", interrupt);
  const started = Date.now();
  const records: TrialRecord<Spec>[] = [];
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
      // An interrupt while it was being stored is one too, even of the last.
      interruption.signal.throwIfAborted();
    }
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
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
    signal?.removeEventListener("abort", interrupt);
  }
}

/** Computes one trial without storing it. @throws RangeError listing the known methods when the spec names another. */
export async function computeTrial<Spec extends AnySpec>(
  spec: Spec,
  context: TrialContext,
): Promise<TrialRecord<Spec>> {
  const started = process.hrtime.bigint();
  const result = await methodOf(spec).run(spec, context);
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
export async function runLive<Spec extends AnySpec>(spec: Spec): Promise<TrialRecord<Spec>> {
  const forgetful: TrialStore = { folder: "", read: () => undefined, write: async () => {} };
  const [record] = await runTrials([spec], { store: forgetful });
  return record as TrialRecord<Spec>;
}
