import { listPhotos } from "ddpm-dip/data";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";
import "../methods/dipSplit";

function splitSpecs(photos: string[], balances: number[], profile = currentProfile()): SpecOf<"dip-split">[] {
  const smoke = profile === "smoke";
  return somePhotos(photos, profile).flatMap((photo) =>
    balances.flatMap((a) =>
      seedsOf(profile).map((seed) => ({
        method: "dip-split" as const,
        photo,
        ...dipSettings(profile),
        iterations: smoke ? 30 : 1200,
        seeds: { network: seed, input: seed, noise: seed },
        a,
        patience: smoke ? 20 : 300,
        window: smoke ? 1 : 5,
        splitSeed: seed,
      })),
    ),
  );
}

/** The values of a that are tried on the tune photos. */
export const splitBalances = [0.125, 0.25, 0.5, 1];

/** The split on the tune photos for each value of a: what a is chosen by. */
export function planSplitBalance(profile = currentProfile()): SpecOf<"dip-split">[] {
  return splitSpecs(listPhotos("tune"), splitBalances, profile);
}

/** The a of the split: the best mean PSNR at the stop on the tune photos (notebook 06). */
export const chosenBalance = 0.25;
