import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runtime } from "ddpm-dip";
import * as experiment from "ddpm-dip-experiments";
import { decodeNpy, encodeNpy } from "./npy.mjs";
import type { Tool } from "./tool.mjs";

/** The package of each kind of denoiser, and under which licence it is. */
export const packages: Record<experiment.ExternalSpec["denoiser"]["kind"], { name: string; licence: string }> = {
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
 * Computes one trial by its tool: the noisy pixels go out as a file, the image comes back as one and is measured here.
 * @param folder for the two files, which are removed.
 * @throws Error when the image is not there, cannot be read, or the tool fails; RangeError when it is of another shape.
 */
export async function computeExternal(
  spec: experiment.ExternalSpec,
  tool: Tool,
  folder: string,
): Promise<experiment.TrialRecord> {
  const key = experiment.trialKey(spec);
  mkdirSync(folder, { recursive: true });
  const [input, output] = ["noisy", "denoised"].map((part) => join(folder, `${key}.${part}.npy`)) as [string, string];
  const photo = await experiment.readNoisyCrop({ ...spec, seed: spec.seeds.noise });
  try {
    const [, height, width, channels] = photo.noisy.shape;
    writeFileSync(input, encodeNpy({ shape: [height, width, channels], values: photo.noisy.dataSync<"float32">() }));
    const { kind, version: _, ...settings } = spec.denoiser;
    const run = await tool.denoise({ tool: kind, input, output, sigma: spec.sigma, ...settings });
    const { shape, values } = decodeNpy(readFileSync(output));
    if (shape.join() !== [height, width, channels].join()) {
      throw new RangeError(`${kind}: made an image of [${shape}], want [${height},${width},${channels}]`);
    }
    const image = runtime.tf.tensor4d(values, [1, height, width, channels]);
    try {
      const result = await experiment.scoreDenoised(spec, photo, image, run.seconds);
      return experiment.recordExternal(spec, result, { ...run, versions: versionsOf(spec, tool.versions) });
    } finally {
      image.dispose();
    }
  } finally {
    runtime.tf.dispose([photo.clean, photo.noisy]);
    for (const file of [input, output]) rmSync(file, { force: true });
  }
}
