import { priorsOf } from "ddpm-dip/fusion";
import type { ProfileName } from "ddpm-dip/trials";
import type { DenoiserSpec, DipFitSpec, RestoreSpec } from "../spec";
import { currentProfile } from "./common";
import { dipFitTrial, pairFit } from "./dipFits";
import { denoiserTrial, priorNetwork } from "./priors";
import { restoreTrial } from "./restore";

const image = { from: "photos", name: "chelsea" } as const;

const sideOf = (profile: ProfileName) => (profile === "smoke" ? 32 : 128);

/** The picture of the first page: one photo with noise of sigma 25, by the combined method. */
export function planTeaser(profile = currentProfile()): RestoreSpec[] {
  const trial = restoreTrial(image, { crop: sideOf(profile) });
  const adaptations = profile === "smoke" ? 3 : trial.settings.adaptations;
  return [{ ...trial, settings: { ...trial.settings, adaptations }, keepImages: true }];
}

/** The same pixels by DIP alone. */
export function planTeaserDip(profile = currentProfile()): DipFitSpec[] {
  const iterations = profile === "smoke" ? 30 : 3000;
  return [dipFitTrial(image, { crop: sideOf(profile), fit: pairFit, iterations, keepImages: true })];
}

/** The same pixels by the DDPM alone, with self-ensemble as the combined method has it. */
export function planTeaserDdpm(profile = currentProfile()): DenoiserSpec[] {
  return [denoiserTrial(priorNetwork(priorsOf("denoise").at(-1) as string, true), 25, image, sideOf(profile))];
}
