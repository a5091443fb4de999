import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint, namePrior } from "ddpm-dip/ddpm";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { RestoreSpec } from "../methods/restore";
import { currentProfile } from "./common";
import { denoisedSets, priorCrop } from "./priors";
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

/** How many images of CBSD68 the recommended method is tried on beside sigma 25, where it is slow for what it adds to the table. */
const otherLevelImages = 8;

/**
 * The recommended method on the noisy pixels of `planPriors`: usual and fast at sigma 25, with DIP too on the images of other kinds,
 * and usual at other levels, there on fewer images outside the full profile. In the smoke profile an embedded photo.
 */
export function planRestore(profile: ReturnType<typeof currentProfile> = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    const [name = ""] = listPhotos("test");
    const trial = restoreTrial({ from: "photos", name }, { sigma: 25, crop: 32 });
    return [{ ...trial, settings: { ...trial.settings, adaptations: 3 } }];
  }
  const own = denoisedSets().flatMap(({ images, sigmas }) =>
    sigmas.flatMap((sigma) => {
      const some = sigma === 25 || profile === "full" ? images : images.slice(0, otherLevelImages);
      // With DIP in the stack, minutes an image: where a trained prior is most likely to be wrong.
      const isOther = images.some(({ from }) => from === "other");
      const efforts: Effort[] = sigma === 25 ? ["usual", "fast", ...(isOther ? ["thorough" as const] : [])] : ["usual"];
      return efforts.flatMap((effort) => some.map((image) => restoreTrial(image, { sigma, effort })));
    }),
  );
  return [commandTrial(), ...own];
}
