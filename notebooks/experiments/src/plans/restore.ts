import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint, namePrior } from "ddpm-dip/ddpm";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { RestoreSpec } from "../methods/restore";
import { currentProfile } from "./common";
import { priorCrop, priorSigmas } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/restore";

/** A trial of the library's `restore` with its own settings and priors. */
export function restoreTrial(
  image: RestoreSpec["image"],
  {
    sigma,
    effort = "usual",
    crop = priorCrop.side,
    asFile = false,
  }: { sigma: number; effort?: Effort; crop?: RestoreSpec["crop"]; asFile?: boolean },
): RestoreSpec {
  return {
    method: "restore",
    image,
    crop,
    degradation: { kind: "noise", sigma: sigma / 255, asFile },
    settings: settingsOf("denoise", effort),
    priors: priorsOf("denoise").map(namePrior),
    perceptual: nameCheckpoint("stlpips-alex"),
    keepImages: false,
    seed: 1,
  };
}

/** A small trial whose noisy image is one that a file can hold: what the command line makes of that file is compared with it. */
export function commandTrial(): RestoreSpec {
  const [name = ""] = listPhotos("test");
  return { ...restoreTrial({ from: "photos", name }, { sigma: 25, crop: 32, asFile: true }), keepImages: true };
}

/**
 * The recommended method on the noisy pixels of `planPriors`: crops of the first images of CBSD68 at sigma 25, usual and fast; in
 * the full profile usual at three levels. In the smoke profile an embedded photo.
 */
export function planRestore(profile: ReturnType<typeof currentProfile> = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    const [name = ""] = listPhotos("test");
    const trial = restoreTrial({ from: "photos", name }, { sigma: 25, crop: 32 });
    return [{ ...trial, settings: { ...trial.settings, adaptations: 3 } }];
  }
  const images = cbsd68Names.slice(0, priorCrop.images).map((name) => ({ from: "cbsd68", name }) as const);
  const sigmas = profile === "full" ? priorSigmas : priorSigmas.slice(0, 1);
  const kinds = [...sigmas.map((sigma) => ({ sigma })), { sigma: 25, effort: "fast" } as const];
  return [commandTrial(), ...kinds.flatMap((kind) => images.map((image) => restoreTrial(image, kind)))];
}
