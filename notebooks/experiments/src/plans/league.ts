import { listPhotos } from "ddpm-dip/data";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";
import "../methods/league";

type League = SpecOf<"league">;

/** The trainings of the league that serve one rule each. */
export const changedTrainings = ["held-out-2", "held-out-10", "pseudo-noise", "sure", "split"] as const;

/** Noise levels of the whole league, as sigma times 255. */
export const leagueSigmas = [10, 15, 25, 50] as const;

/** Photons at the value 1. */
export const leaguePeaks = [20, 60] as const;

function cells(
  noises: League["noise"][],
  trainings: readonly League["training"][],
  {
    toldSigma = 1,
    profile = currentProfile(),
    ...changes
  }: Partial<League> & {
    profile?: ReturnType<typeof currentProfile>;
  } = {},
): League[] {
  const smoke = profile === "smoke";
  const { sigma: _, ...settings } = dipSettings(profile);
  // Seeds outermost: a run that is cut short has whole cells of fewer seeds.
  return seedsOf(profile).flatMap((seed) =>
    noises.flatMap((noise) =>
      trainings.flatMap((training) =>
        somePhotos(listPhotos("test"), profile).map((photo) => ({
          ...settings,
          method: "league" as const,
          photo,
          noise,
          training,
          toldSigma,
          iterations: smoke ? 30 : training === "plain" ? 2500 : 1500,
          seeds: { network: seed, input: seed, noise: seed },
          keepImages: seed === 1 && noise.kind === "gaussian" && noise.sigma === 25 / 255 && toldSigma === 1,
          ...changes,
        })),
      ),
    ),
  );
}

function gaussian(levels: readonly number[], profile = currentProfile()): League["noise"][] {
  const kept = profile === "smoke" ? levels.filter((level) => level === 25) : levels;
  return kept.map((level) => ({ kind: "gaussian", sigma: level / 255 }));
}

/** Plain DIP on the test photos at four noise levels, watched by every rule that leaves training as it is. */
export function planLeague(profile = currentProfile()): League[] {
  return cells(gaussian(leagueSigmas, profile), ["plain"], { profile });
}

/** The same with Poisson noise. */
export function planLeaguePoisson(profile = currentProfile()): League[] {
  const peaks = profile === "smoke" ? leaguePeaks.slice(0, 1) : leaguePeaks;
  return cells(
    peaks.map((peak) => ({ kind: "poisson", peak })),
    ["plain"],
    { profile },
  );
}

/** The trainings that serve one rule each, at three noise levels. */
export function planLeagueTrainings(profile = currentProfile()): League[] {
  return cells(gaussian([25, 15, 50], profile), changedTrainings, { profile });
}

/** The trainings that are told a noise level, told a wrong one, at sigma 25. */
export function planLeagueWrongSigma(profile = currentProfile()): League[] {
  return [0.7, 1.3].flatMap((toldSigma) => cells(gaussian([25], profile), ["split", "sure"], { toldSigma, profile }));
}
