import type { ProfileName } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
import { chosenWarmStart, warmTrials } from "./warmStart";
import { warmTasks } from "./warmTrial";

/** Portrait, object, and a page of text, which is far from what the DDPM was trained on: three of the test photos. */
export const ablationPhotos = ["astronaut", "coffee", "text"];

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
  profile: ProfileName,
  { eta, kappas = [chosenWarmStart.kappa] }: { eta?: number; kappas?: number[] },
): SpecOf<"warm-start">[] {
  const smoke = profile === "smoke";
  const { task } = warmTasks[0] as (typeof warmTasks)[number];
  return warmTrials(profile, { task, photos: ablationPhotos, checkpoint: "photos" }).map((spec) => ({
    ...spec,
    prior: spec.prior.kind === "dip" ? { ...spec.prior, durations: smoke ? [5] : [ablationDuration] } : spec.prior,
    starts: kappas.map((kappa) => ({ by: "risk", kappa }) as const),
    evaluations: [smoke ? 2 : chosenWarmStart.evaluations],
    guidance: [{ kind: "none" }, chosenWarmStart.guidance],
    ...(eta !== undefined && { eta }),
  }));
}
