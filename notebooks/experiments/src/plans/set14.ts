import type { SpecOf } from "../spec";
import { currentProfile, seedsOf } from "./common";
import { restoration } from "./ddpm";
import { set14Names } from "./testSets";
import { chosenWarmStart, warmTrials } from "./warmStart";
import { chosenEta, chosenSetting, type DipPrior, noiseSetting, twoTasks } from "./warmTrial";

/** Side of the square in the middle of each, pixels. */
export const set14Size = 128;

function onSet14(spec: SpecOf<"ddpm-restore">): SpecOf<"ddpm-restore"> {
  return { ...spec, image: { from: "set14", name: spec.image.name }, size: set14Size, keepImages: false };
}

function set14Seeds(profile: ReturnType<typeof currentProfile>): number[] {
  return profile === "full" ? seedsOf(profile) : [1];
}

/** What is missing of them. */
export const set14Tasks = twoTasks;

/** Iterations of DIP before the descent: shown what is known, and of noise. */
export const set14Durations = { guessed: [25, 50, 100], noise: [50, 100, 200] };

/** The chosen warm start on Set14, its long fits and what they had been in short ones as well, as many seeds. None in the smoke profile. */
export function planSet14Restore(profile = currentProfile()): SpecOf<"warm-start">[] {
  if (profile === "smoke") return [];
  const shown = { photos: [...set14Names], checkpoint: "photos", seeds: set14Seeds(profile) };
  const settings = [
    { setting: chosenSetting, durations: set14Durations.guessed },
    { setting: noiseSetting, durations: set14Durations.noise },
  ];
  return set14Tasks.flatMap(({ task }) =>
    settings.flatMap(({ setting, durations }) =>
      warmTrials(profile, { task, ...shown, setting }).map((spec) => ({
        ...spec,
        image: { from: "set14", name: spec.image.name },
        size: set14Size,
        prior: { ...(spec.prior as DipPrior), durations },
        starts: [{ by: "risk", kappa: chosenWarmStart.kappa }],
        evaluations: [chosenWarmStart.evaluations],
        guidance: [chosenWarmStart.guidance],
      })),
    ),
  );
}

/** What is known, spread, as the start of the same descent, from levels that suit it. */
export function planSet14Controls(profile = currentProfile()): SpecOf<"warm-start">[] {
  return planSet14Restore(profile)
    .filter(({ prior }) => prior.kind === "dip" && prior.guess)
    .map((spec) => ({
      ...spec,
      prior: { kind: "control", of: "spread" },
      starts: [50, 100, 200].map((t) => ({ by: "level", t }) as const),
      guidance: [{ kind: "none" }],
    }));
}

/** The DDPM alone on the same, by DDNM from noise. */
export function planSet14Ddpm(profile = currentProfile()): SpecOf<"ddpm-restore">[] {
  if (profile === "smoke") return [];
  return set14Seeds(profile).flatMap((seed) =>
    set14Tasks.flatMap(({ task }) =>
      [20, 100].flatMap((evaluations) =>
        set14Names.map((name) =>
          onSet14(restoration(name, task, { kind: "ddnm", evaluations, eta: chosenEta }, seed, profile)),
        ),
      ),
    ),
  );
}
