import type { SpecOf } from "./spec";

/** Denoisers that are no part of this project: trials of them are made by `npm run baselines`. */
const tools = ["cbm3d", "nlm", "tv"] as const;

/** A trial of a tool that is no part of this project. */
export type ExternalSpec = SpecOf<"denoiser"> & {
  denoiser: Extract<SpecOf<"denoiser">["denoiser"], { kind: (typeof tools)[number] }>;
};

/** Whether a trial is computed by a tool that is no part of this project. */
export function isExternal(spec: { method: string }): spec is ExternalSpec {
  return spec.method === "denoiser" && tools.some((tool) => tool === (spec as SpecOf<"denoiser">).denoiser.kind);
}
