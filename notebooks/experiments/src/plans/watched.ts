import type { SpecOf } from "../spec";
import { currentProfile, dipSettings } from "./common";
import "../methods/dip";

/** One photo watched closely: an image at each of twenty iterations. */
export function planWatched(profile = currentProfile()): SpecOf<"dip">[] {
  const smoke = profile === "smoke";
  const photo = "chelsea";
  return [
    {
      method: "dip",
      photo,
      ...dipSettings(profile),
      iterations: smoke ? 30 : 2000,
      seeds: { network: 1, input: 1, noise: 1 },
      keepImages: smoke
        ? [10, 20, 30]
        : [10, 20, 30, 50, 70, 100, 140, 190, 250, 320, 400, 500, 600, 750, 900, 1100, 1300, 1500, 1750, 2000],
    },
  ];
}
