import type { SpecOf } from "../spec";
import { ablationPhotos } from "./ablations";
import { currentProfile } from "./common";
import { wholeArm } from "./denoise";
import { cells, type Denoise } from "./denoiseCells";
import { chosenWarmStart, warmTrials } from "./warmStart";
import { warmTasks } from "./warmTrial";

/** The prior for photos, trained for fewer steps or along another schedule: what they are named and how the tables call them. */
export const otherPriors = [
  { name: "photos-500", title: "500 steps" },
  { name: "photos-2000", title: "2,000 steps" },
  { name: "photos-2000-cosine", title: "2,000 steps, cosine schedule" },
] as const;

/** The whole with other priors, at sigma 25. None in the smoke profile. */
export function planPriorsDenoise(profile = currentProfile()): Denoise[] {
  if (profile === "smoke") return [];
  return cells(
    otherPriors.map(({ name, title }) => ({ title, arm: wholeArm(profile, name) })),
    [25],
    { photos: ablationPhotos, profile, keepImages: false },
  );
}

/** The warm start with other priors on half of the pixels. None in the smoke profile. */
export function planPriorsRestore(profile = currentProfile()): SpecOf<"warm-start">[] {
  if (profile === "smoke") return [];
  return otherPriors.flatMap(({ name }) => halfOfThePixels(profile, { checkpoint: name }));
}

/** The warm start with other shares of fresh noise in its steps: none, and that of DDNM's authors. */
export function planWarmNoise(profile = currentProfile()): SpecOf<"warm-start">[] {
  return [0, 0.85].flatMap((eta) => halfOfThePixels(profile, { eta }));
}

/** The warm start from levels that cover DIP's error half as much and twice as much. */
export function planWarmCover(profile = currentProfile()): SpecOf<"warm-start">[] {
  return halfOfThePixels(profile, { kappas: [0.5, 2] });
}

/** Iterations of DIP around which the warm start is varied. */
export const ablationDuration = 100;

function halfOfThePixels(
  profile: ReturnType<typeof currentProfile>,
  {
    checkpoint = "photos",
    eta,
    kappas = [chosenWarmStart.kappa],
  }: { checkpoint?: string; eta?: number; kappas?: number[] },
): SpecOf<"warm-start">[] {
  const smoke = profile === "smoke";
  const { task } = warmTasks[0] as (typeof warmTasks)[number];
  return warmTrials(profile, { task, photos: ablationPhotos, checkpoint }).map((spec) => ({
    ...spec,
    prior: spec.prior.kind === "dip" ? { ...spec.prior, durations: smoke ? [5] : [ablationDuration] } : spec.prior,
    starts: kappas.map((kappa) => ({ by: "risk", kappa }) as const),
    evaluations: [smoke ? 2 : chosenWarmStart.evaluations],
    guidance: [{ kind: "none" }, chosenWarmStart.guidance],
    ...(eta !== undefined && { eta }),
  }));
}
