import { defineMethod, missingExternal, type TrialMethod } from "ddpm-dip/trials";
import { readNoisyCrop } from "../noisyCrop";
import { owning } from "../owning";
import { openPriorDenoiser } from "../priorDenoiser";
import { scoreDenoised } from "../scoreDenoised";
import type { DenoiserSpec } from "../spec";
import { denoiserSchema } from "./specs/denoiser";

/** Denoisers that are no part of this project: trials of them are made by `npm run baselines`. */
const tools = ["cbm3d", "nlm", "tv"] as const;

/** A trial of a tool that is no part of this project. */
export type ExternalSpec = DenoiserSpec & {
  denoiser: Extract<DenoiserSpec["denoiser"], { kind: (typeof tools)[number] }>;
};

/** Whether a trial is computed by a tool that is no part of this project. */
export function isExternal(spec: { method: string }): spec is ExternalSpec {
  return spec.method === "denoiser" && tools.some((tool) => tool === (spec as DenoiserSpec).denoiser.kind);
}

/**
 * Denoises an image in its natural size at a known noise level. Its seconds leave out the recording of the step.
 * @throws Error for an external tool's trial, which another program makes; as `readNoisyCrop`; as the denoiser.
 */
const runDenoiser: TrialMethod<DenoiserSpec> = (spec, { engine }) =>
  owning(async (own) => {
    if (isExternal(spec)) throw missingExternal([spec]);
    const { denoiser, sigma, seeds } = spec;
    const photo = own(await readNoisyCrop({ ...spec, seed: seeds.noise }));
    const { noisy } = photo;
    if (denoiser.kind !== "prior") return scoreDenoised(spec, photo, noisy, 0);
    const denoise = openPriorDenoiser(denoiser, noisy.shape, engine, own);
    denoise(noisy, sigma).dispose();
    const started = performance.now();
    const image = own(denoise(noisy, sigma));
    // Nothing is asynchronous on the CPU; on a GPU the call returns before the work is done.
    image.dataSync();
    return scoreDenoised(spec, photo, image, (performance.now() - started) / 1000);
  });

defineMethod({
  name: "denoiser",
  revision: 1,
  schema: denoiserSchema,
  tolerance: () => "untrained",
  external: {
    toolOf: (spec) => (isExternal(spec) ? spec.denoiser.kind : undefined),
    remedy: 'run "npm run baselines", which installs the tools and computes them',
  },
  run: runDenoiser,
});
