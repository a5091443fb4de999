import type { SpecOf } from "../spec";
import { ablationPhotos } from "./ablations";
import { currentProfile } from "./common";
import { wholeArm } from "./denoise";
import { cells, type Denoise, fewSeeds } from "./denoiseCells";
import { chosenWarmStart, warmTasks, warmTrials } from "./warmStart";

/** The prior for photos, trained for fewer steps or along another schedule: what they are named and how the tables call them. */
export const otherPriors = [
  { name: "photos-500", title: "500 steps" },
  { name: "photos-2000", title: "2,000 steps" },
  { name: "photos-2000-cosine", title: "2,000 steps, cosine schedule" },
] as const;

/** The whole with other priors, at sigma 25; one seed, in the full profile all. None in the smoke profile. */
export function planPriorsDenoise(profile = currentProfile()): Denoise[] {
  if (profile === "smoke") return [];
  return cells(
    otherPriors.map(({ name, title }) => ({ title, arm: wholeArm(profile, name) })),
    [25],
    { photos: ablationPhotos, profile, keepImages: false, ...fewSeeds(profile) },
  );
}

/** The warm start with other priors on half of the pixels. None in the smoke profile. */
export function planPriorsRestore(profile = currentProfile()): SpecOf<"warm-start">[] {
  if (profile === "smoke") return [];
  return otherPriors.flatMap(({ name }) => halfOfThePixels(profile, { checkpoint: name }));
}

/** The warm start with other shares of fresh noise in its steps: none, and all of ancestral sampling's. */
export function planWarmNoise(profile = currentProfile()): SpecOf<"warm-start">[] {
  return [0, 1].flatMap((eta) => halfOfThePixels(profile, { eta }));
}

function halfOfThePixels(
  profile: ReturnType<typeof currentProfile>,
  { checkpoint = "photos", eta }: { checkpoint?: string; eta?: number },
): SpecOf<"warm-start">[] {
  const smoke = profile === "smoke";
  const { task } = warmTasks[0] as (typeof warmTasks)[number];
  return warmTrials(profile, { task, photos: ablationPhotos, checkpoint }).map((spec) => ({
    ...spec,
    prior: spec.prior.kind === "dip" ? { ...spec.prior, durations: smoke ? [5] : [200] } : spec.prior,
    starts: [{ by: "risk", kappa: chosenWarmStart.kappa }],
    evaluations: [smoke ? 2 : chosenWarmStart.evaluations],
    guidance: [{ kind: "none" }, chosenWarmStart.guidance],
    ...(eta !== undefined && { eta }),
  }));
}
