import { whyOf } from "../../runtime/whyOf";
import { describeMachine, readVersions, type TrialRecord } from "../record";
import { roundResult } from "../rounding";
import { computeTrial } from "../runTrials";
import { checkSpec, trialKey } from "../spec";
import { compareRecords, type Difference, exactTolerance, toleranceFor } from "./compareRecords";

export type Verdict =
  | {
      /** Every number equal; every number within the tolerance; or one of them beyond it. */
      state: "equal" | "within" | "beyond";
      differences: Difference[];
      seconds: number;
    }
  /** It cannot be computed here, or not any more. */
  | { state: "not possible"; reason: string };

interface VerifyOptions {
  signal: AbortSignal;
  /** Of the PSNR of trained trials, dB. */
  decibels?: number | undefined;
  /** No difference is let pass where a trial was stored by a processor of this name with these versions. */
  exact?: boolean;
}

/** Whether a record was made by a processor of the same name and number of cores and by the same versions. */
export function madeAlike({ machine, versions }: Pick<TrialRecord, "machine" | "versions">): boolean {
  const [here, now] = [describeMachine(), readVersions()];
  return (
    machine.processor === here.processor &&
    machine.cores === here.cores &&
    machine.gpu === here.gpu &&
    Object.keys(now).every((name) => versions[name] === now[name])
  );
}

/**
 * Computes a stored trial again and compares the numbers. One that cannot be computed (its images are not here, its checkpoint is
 * another, its spec is of an earlier version) is no mismatch: the verdict names the reason.
 * @throws the signal's reason when interrupted.
 */
export async function verifyTrial(
  stored: TrialRecord,
  { signal, decibels, exact = false }: VerifyOptions,
): Promise<Verdict> {
  let recomputed: TrialRecord;
  try {
    const key = trialKey(checkSpec(stored.spec));
    if (key !== stored.key)
      return { state: "not possible", reason: `its method has changed since; it would be ${key} now` };
    recomputed = await computeTrial(stored.spec, { signal, engine: stored.engine, onProgress: () => undefined });
  } catch (error) {
    signal.throwIfAborted();
    return { state: "not possible", reason: whyOf(error) };
  }
  const tolerance = exact && madeAlike(stored) ? exactTolerance : toleranceFor(stored, decibels);
  // What is packed is rounded: the same bits are to be equal.
  const differences = compareRecords(roundResult(stored), roundResult(recomputed), tolerance);
  const worst = differences[0]?.share ?? 0;
  const state = worst > 1 ? "beyond" : differences.length > 0 ? "within" : "equal";
  return { state, differences, seconds: recomputed.costs.seconds };
}
