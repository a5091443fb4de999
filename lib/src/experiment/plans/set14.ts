import { currentProfile } from "./common";
import { wholeArm } from "./denoise";
import { cells, type Denoise, type NamedArm } from "./denoiseCells";

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
