import type { RestoreSpec } from "../spec";
import { recommended } from "../tablePriors";
import { currentProfile, smallPhoto } from "./common";
import { denoisedSets } from "./priors";
import { dipIterations, withOnePrior } from "./restore";

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
  const iterations = dipIterations();
  return denoisedSets().flatMap(({ images }) =>
    images.map((image) => withOnePrior(image, ddpm, { iterations, adaptations: 0 })),
  );
}
