import { settingsOf } from "ddpm-dip/fusion";
import type { RestoreSpec } from "../methods/specs/restore";
import { recommended } from "../tablePriors";
import { currentProfile, smallPhoto } from "./common";
import { denoisedSets } from "./priors";
import { withOnePrior } from "./restore";

const { ddpm } = recommended;

/**
 * DIP, the antithetic pair of untrained networks stopped by its risk estimate, beside the DDPM of the recommended method as it was
 * trained, on the crops of the main table at sigma 25: the first part of each is DIP alone. A minute or two each. In the smoke profile
 * one embedded photo and a few iterations.
 */
export function planDipAlone(profile = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    return [withOnePrior(smallPhoto(), ddpm, { iterations: 30, adaptations: 0 }, 32)];
  }
  const { iterations } = settingsOf("denoise", "thorough");
  return denoisedSets().flatMap(({ images }) =>
    images.map((image) => withOnePrior(image, ddpm, { iterations, adaptations: 0 })),
  );
}

/**
 * The DDPM of the recommended method adapted to the image as FFDNet is, alone, on the crops of the main table at sigma 25. Minutes each.
 * In the smoke profile one embedded photo and a step.
 */
export function planDdpmAdapted(profile = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    return [withOnePrior(smallPhoto(), ddpm, { iterations: 0, adaptations: 1 }, 32)];
  }
  const { adaptations } = settingsOf("denoise");
  return denoisedSets().flatMap(({ images }) =>
    images.map((image) => withOnePrior(image, ddpm, { iterations: 0, adaptations })),
  );
}
