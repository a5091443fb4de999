import { describeMachine, readVersions, type TrialRecord, type TrialResult } from "./record";
import { type SpecOf, type TrialSpec, trialKey } from "./spec";

/** Denoisers that are no part of this project: trials of them are made by `npm run baselines`. */
const tools = ["cbm3d", "nlm", "tv"] as const;

/** A trial of a tool that is no part of this project. */
export type ExternalSpec = SpecOf<"denoiser"> & {
  denoiser: Extract<SpecOf<"denoiser">["denoiser"], { kind: (typeof tools)[number] }>;
};

/** Whether a trial is computed by a tool that is no part of this project. */
export function isExternal(spec: TrialSpec): spec is ExternalSpec {
  return spec.method === "denoiser" && tools.some((tool) => tool === spec.denoiser.kind);
}

/** What to do about trials of external tools that are not stored. */
export function missingExternal(specs: readonly ExternalSpec[]): Error {
  const kinds = [...new Set(specs.map(({ denoiser }) => denoiser.kind))].join(", ");
  const what = specs.length === 1 ? "a trial of an external tool is" : `${specs.length} trials of external tools are`;
  return new Error(
    `${what} not stored (${kinds}): run "npm run baselines", which installs the tools and computes them`,
  );
}

/** What a tool was when it made an image, and what it took. */
export interface ExternalRun {
  /** The tool, the packages that it stands on and its licence, each by name. */
  versions: Record<string, string>;
  /** Of the call alone. */
  seconds: number;
  /** Of the tool's process. */
  peakMiB: number;
}

/** The record of a trial that a tool made the image of. @param result measured by `scoreDenoised`. */
export function recordExternal(spec: ExternalSpec, result: TrialResult, run: ExternalRun): TrialRecord {
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
