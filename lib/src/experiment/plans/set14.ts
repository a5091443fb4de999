import type { SpecOf } from "../spec";
import { currentProfile, seedsOf } from "./common";
import { restoration } from "./ddpm";
import { wholeArm } from "./denoise";
import { cells, type Denoise, type NamedArm } from "./denoiseCells";
import { chosenWarmStart, warmTrials } from "./warmStart";
import { chosenEta, type DipPrior, warmTasks } from "./warmTrial";

/**
 * The second test set, of which nothing was chosen by: 13 images of Set14 (Zeyde, Elad and Protter 2010). They are not part of the
 * project, their stored trials are.
 */
export const set14Photos = [
  "baboon",
  "barbara",
  "bridge",
  "coastguard",
  "comic",
  "face",
  "flowers",
  "foreman",
  "man",
  "monarch",
  "pepper",
  "ppt3",
  "zebra",
] as const;

/** Side of the square in the middle of each, pixels. */
export const set14Size = 128;

/** The whole and plain DIP on Set14 at sigma 25. None in the smoke profile: Set14 is not part of the project. */
export function planSet14Denoise(profile = currentProfile()): Denoise[] {
  if (profile === "smoke") return [];
  const arms: NamedArm[] = [
    { title: "whole", arm: wholeArm(profile) },
    { title: "plain DIP", arm: { kind: "plain", runs: 1, weightNoise: 0 } },
  ];
  const own = { photos: [...set14Photos], size: set14Size, from: "set14" as const, keepImages: false };
  return cells(arms, [25], { ...own, profile });
}

/** What is missing of them. */
export const set14Tasks = warmTasks.filter(({ title }) =>
  ["half of the pixels", "super-resolution x4"].includes(title),
);

/** Iterations of DIP before the descent. */
export const set14Durations = [50, 100, 200];

/** The chosen warm start on Set14. None in the smoke profile. */
export function planSet14Restore(profile = currentProfile()): SpecOf<"warm-start">[] {
  if (profile === "smoke") return [];
  return set14Tasks.flatMap(({ task }) =>
    warmTrials(profile, { task, photos: [...set14Photos], checkpoint: "photos" }).map((spec) => ({
      ...spec,
      image: { from: "set14", name: spec.image.name },
      size: set14Size,
      prior: { ...(spec.prior as DipPrior), durations: set14Durations },
      starts: [{ by: "risk", kappa: chosenWarmStart.kappa }],
      evaluations: [chosenWarmStart.evaluations],
      guidance: [chosenWarmStart.guidance],
    })),
  );
}

/** The DDPM alone on the same, by DDNM from noise. */
export function planSet14Ddpm(profile = currentProfile()): SpecOf<"ddpm-restore">[] {
  if (profile === "smoke") return [];
  return seedsOf(profile).flatMap((seed) =>
    set14Tasks.flatMap(({ task }) =>
      [20, 100].flatMap((evaluations) =>
        set14Photos.map((name) => ({
          ...restoration(name, task, { kind: "ddnm", evaluations, eta: chosenEta }, seed, profile),
          image: { from: "set14" as const, name },
          size: set14Size,
          keepImages: false,
        })),
      ),
    ),
  );
}
