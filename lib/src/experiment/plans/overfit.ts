import { listPhotos } from "../../data";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";

/** Plain DIP on the test photos at sigma 25, run far past its best iteration. */
export function planOverfit(profile = currentProfile()): SpecOf<"dip">[] {
  const smoke = profile === "smoke";
  return somePhotos(listPhotos("test"), profile).flatMap((photo) =>
    seedsOf(profile).map((seed) => ({
      method: "dip" as const,
      photo,
      ...dipSettings(profile),
      iterations: smoke ? 30 : 1500,
      seeds: { network: seed, input: seed, noise: seed },
      keepImages: smoke ? [10, 20, 30] : [50, 150, 300, 600, 1000, 1500],
    })),
  );
}
