import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { openWorker, type Worker } from "../setup/worker.mjs";

/** A program that denoises images as `denoise.py` does, and the versions of the packages that it works with. */
export type Tool = Worker & { versions: Record<string, string> };

/** Starts one on one core. @throws Error when it cannot be started or does not say its versions. */
export async function startTool(command: string, args: readonly string[]): Promise<Tool> {
  const env = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  // An interrupt in the terminal lets the running call end.
  const worker = openWorker(command, args, { env, detached: true });
  return { ...worker, versions: await worker.listen() };
}

/** The package of each kind of denoiser, and under which licence it is. */
const packages: Record<experiment.ExternalSpec["denoiser"]["kind"], { name: string; licence: string }> = {
  cbm3d: { name: "bm3d", licence: "Tampere University, non-commercial use only" },
  nlm: { name: "scikit-image", licence: "BSD-3-Clause" },
  tv: { name: "scikit-image", licence: "BSD-3-Clause" },
};

/** The other packages that each stands on. */
const beside: Record<string, readonly string[]> = { bm3d: ["bm4d", "numpy"], "scikit-image": ["scipy", "numpy"] };

/** What a trial's tool was: its own version, that of what it stands on, and its licence. */
function versionsOf({ denoiser: { kind } }: experiment.ExternalSpec, versions: Record<string, string>) {
  const { name, licence } = packages[kind];
  const named = ["python", name, ...(beside[name] ?? [])].map((one) => [one, versions[one] ?? "unknown"] as const);
  return { ...Object.fromEntries(named), licence };
}

/** @throws Error when a trial names another version of its tool than there is. */
export function checkVersions(specs: readonly experiment.ExternalSpec[], versions: Record<string, string>): void {
  for (const { denoiser } of specs) {
    const { name } = packages[denoiser.kind];
    if (versions[name] === denoiser.version) continue;
    throw new Error(`a trial names ${name} ${denoiser.version}, installed is ${versions[name] ?? "none"}`);
  }
}

/**
 * Computes one trial by its tool: the noisy pixels go out as they are, the image comes back and is measured here.
 * @throws Error when the tool fails; RangeError when the image is of another shape.
 */
export async function computeExternal(spec: experiment.ExternalSpec, tool: Tool): Promise<experiment.TrialRecord> {
  const photo = await experiment.readNoisyCrop({ ...spec, seed: spec.seeds.noise });
  try {
    const [, ...shape] = photo.noisy.shape;
    const { kind, version: _, ...settings } = spec.denoiser;
    const noisy = Buffer.from(photo.noisy.dataSync<"float32">().slice().buffer).toString("base64");
    const job = { tool: kind, shape, noisy, sigma: spec.sigma, ...settings };
    const made = await tool.ask<{ shape: number[]; denoised: string; seconds: number; peakMiB: number }>(job);
    if (made.shape.join() !== shape.join()) {
      throw new RangeError(`${kind}: made an image of [${made.shape}], want [${shape}]`);
    }
    // A copy begins at a place that numbers may begin at.
    const values = new Float32Array(new Uint8Array(Buffer.from(made.denoised, "base64")).buffer);
    const image = runtime.tf.tensor4d(values, photo.noisy.shape);
    try {
      const { seconds, peakMiB } = made;
      const result = await experiment.scoreDenoised(spec, photo, image, seconds);
      return experiment.recordExternal(spec, result, { seconds, peakMiB, versions: versionsOf(spec, tool.versions) });
    } finally {
      image.dispose();
    }
  } finally {
    runtime.tf.dispose([photo.clean, photo.noisy]);
  }
}
