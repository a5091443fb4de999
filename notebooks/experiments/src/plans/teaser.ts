import { nameCheckpoint } from "ddpm-dip/ddpm";
import { priorsOf } from "ddpm-dip/fusion";
import type { ProfileName } from "ddpm-dip/trials";
import { currentProfile } from "./common";
import { dipFitTrial, pairFit } from "./dipFits";
import { restoreTrial } from "./restore";
import "../methods/denoiser";

const image = { from: "photos", name: "chelsea" } as const;

function sideOf(profile: ProfileName): number {
  return profile === "smoke" ? 32 : 128;
}

/** The picture of the first page: one photo with noise of sigma 25, by the combined method. */
export function planTeaser(profile = currentProfile()): ReturnType<typeof restoreTrial>[] {
  const trial = restoreTrial(image, { sigma: 25, crop: sideOf(profile) });
  const adaptations = profile === "smoke" ? 3 : trial.settings.adaptations;
  return [{ ...trial, settings: { ...trial.settings, adaptations }, keepImages: true }];
}

/** The same pixels by DIP alone. */
export function planTeaserDip(profile = currentProfile()): ReturnType<typeof dipFitTrial>[] {
  const iterations = profile === "smoke" ? 30 : 3000;
  return [dipFitTrial(image, { crop: sideOf(profile), fit: pairFit, iterations, keepImages: true })];
}

/** The same pixels by the DDPM alone, with self-ensemble as the combined method has it. */
export function planTeaserDdpm(profile = currentProfile()) {
  return [
    {
      ...({ method: "denoiser", image, crop: sideOf(profile), sigma: 25 / 255, keepImages: true } as const),
      denoiser: {
        kind: "prior",
        checkpoint: nameCheckpoint(priorsOf("denoise").at(-1) as string),
        selfEnsemble: true,
      } as const,
      perceptual: nameCheckpoint("stlpips-alex"),
      seeds: { noise: 1 },
    },
  ];
}
