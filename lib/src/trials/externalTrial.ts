import { type AnySpec, describeMachine, readVersions, type TrialRecord, type TrialResult } from "./record";
import { methodOf } from "./registry";
import { trialKey } from "./spec";

function toolOf(spec: AnySpec): string | undefined {
  return methodOf(spec).external?.toolOf(spec);
}

/** Whether a trial is computed by another program. @throws RangeError when its method is not known. */
export function isExternal(spec: AnySpec): boolean {
  return toolOf(spec) !== undefined;
}

/** What to do about trials of external tools that are not stored. */
export function missingExternal(specs: readonly AnySpec[]): Error {
  const tools = [...new Set(specs.map(toolOf))].join(", ");
  const remedies = [...new Set(specs.map((spec) => methodOf(spec).external?.remedy))].join("; ");
  const what = specs.length === 1 ? "a trial of an external tool is" : `${specs.length} trials of external tools are`;
  return new Error(`${what} not stored (${tools}): ${remedies}`);
}

interface ExternalRun {
  /** The tool, the packages that it stands on and its licence, each by name. */
  versions: Record<string, string>;
  /** Of the call alone. */
  seconds: number;
  /** Of the tool's process. */
  peakMiB: number;
}

/** The record of a trial that a tool made the image of. @param result measured by this library. */
export function recordExternal<Spec extends AnySpec>(
  spec: Spec,
  result: TrialResult,
  run: ExternalRun,
): TrialRecord<Spec> {
  return {
    key: trialKey(spec),
    spec,
    ...result,
    costs: { seconds: run.seconds, peakMiB: Math.round(run.peakMiB) },
    // Those of this library as well: it measured the image.
    versions: { ...readVersions(), ...run.versions },
    machine: { ...describeMachine(), gpu: false },
    engine: "recorded",
    finishedAt: new Date().toISOString(),
  };
}
