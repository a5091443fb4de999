import { listPhotos } from "ddpm-dip/data";
import { namePrior } from "ddpm-dip/ddpm";
import { settingsOf } from "ddpm-dip/fusion";
import type { RestoreSpec } from "../methods/specs/restore";
import { recommended } from "../tablePriors";
import { currentProfile } from "./common";
import { denoisedSets } from "./priors";
import { restoreTrial, withoutUnset } from "./restore";

/** The sigma (times 255) of all of them. */
const sigma = 25;

/** A trial of the recommended method's settings with its DDPM as the only prior, all of it fitted for so many steps. */
function ddpmOnly(
  image: RestoreSpec["image"],
  change: Pick<RestoreSpec["settings"], "iterations" | "adaptations">,
  crop?: number,
): RestoreSpec {
  const trial = restoreTrial(image, { sigma, ...(crop !== undefined && { crop }) });
  const settings = withoutUnset({ ...trial.settings, ...change, adaptedPriors: undefined });
  return { ...trial, priors: [namePrior(recommended.ddpm)], settings };
}

/**
 * DIP, the antithetic pair of untrained networks stopped by its risk estimate, beside the DDPM of the recommended method as it was
 * trained, on the crops of the main table at sigma 25: the first part of each is DIP alone. A minute or two each. In the smoke profile
 * one embedded photo and a few iterations.
 */
export function planDipAlone(profile: ReturnType<typeof currentProfile> = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    const [name = ""] = listPhotos("test");
    return [ddpmOnly({ from: "photos", name }, { iterations: 30, adaptations: 0 }, 32)];
  }
  const { iterations } = settingsOf("denoise", "thorough");
  return denoisedSets().flatMap(({ images }) => images.map((image) => ddpmOnly(image, { iterations, adaptations: 0 })));
}

/**
 * The DDPM of the recommended method adapted to the image as FFDNet is, alone, at sigma 25: on images of other kinds than its training
 * set's, in the full profile on Set14 too. Minutes each. In the smoke profile one embedded photo and a step.
 */
export function planDdpmAdapted(profile: ReturnType<typeof currentProfile> = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    const [name = ""] = listPhotos("test");
    return [ddpmOnly({ from: "photos", name }, { iterations: 0, adaptations: 1 }, 32)];
  }
  const { adaptations } = settingsOf("denoise");
  const unlike = denoisedSets().filter(({ images }) =>
    images.some(({ from }) => from === "other" || (from === "set14" && profile === "full")),
  );
  return unlike.flatMap(({ images }) => images.map((image) => ddpmOnly(image, { iterations: 0, adaptations })));
}
