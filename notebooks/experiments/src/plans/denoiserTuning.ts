import type { DenoiserSpec } from "../spec";
import { currentProfile, imagesFrom } from "./common";
import { bsd400TuneNames } from "./testSets";
import "../methods/denoiser";

type Tv = Extract<DenoiserSpec["denoiser"], { kind: "tv" }>;
type Nlm = Extract<DenoiserSpec["denoiser"], { kind: "nlm" }>;

/** Noise levels that settings are chosen for, as sigma times 255. */
const tunedSigmas = [15, 25, 50] as const;
export type TunedSigma = (typeof tunedSigmas)[number];

const version = "0.26.0";

/**
 * Total variation, its weight a factor of sigma and rounded, so that a spec reads well. It comes near enough to its minimum: ended as
 * scikit-image does unless told, it is up to 0.2 dB worse at sigma 50.
 */
function tv(sigma: TunedSigma, factor: number): Tv {
  const weight = Number(((factor * sigma) / 255).toPrecision(4));
  return { kind: "tv", version, weight, iterations: 1000, tolerance: 2e-5 };
}

/** Non-local means with the patches of scikit-image's example. */
function nlm(h: number, subtractsNoise = true): Nlm {
  return { kind: "nlm", version, patchSize: 5, patchDistance: 6, h, subtractsNoise };
}

/** Weights that were tried, in sigmas. */
const tvFactors = [0.6, 0.7, 0.8, 0.9, 1, 1.2];

/** Strengths that were tried; 0.6 and the last are those of scikit-image's example, with and without the noise taken off. */
const nlmSettings = [nlm(0.4), nlm(0.5), nlm(0.6), nlm(0.7), nlm(0.8, false)];

/** What is best on the mean of the tune images, by sigma times 255. */
export const chosenDenoisers: Record<TunedSigma, readonly [Tv, Nlm]> = {
  15: [tv(15, 0.7), nlm(0.6)],
  25: [tv(25, 0.8), nlm(0.6)],
  50: [tv(50, 0.9), nlm(0.5)],
};

/** The settings of total variation and of non-local means on the tune images. None in the smoke profile: they are not part of the project. */
export function planDenoiserTuning(profile = currentProfile()): DenoiserSpec[] {
  if (profile === "smoke") return [];
  return tunedSigmas.flatMap((sigma) =>
    [...tvFactors.map((factor) => tv(sigma, factor)), ...nlmSettings].flatMap((denoiser) =>
      imagesFrom("bsd400-tune", bsd400TuneNames).map(
        (image): DenoiserSpec => ({
          method: "denoiser",
          image,
          crop: 128,
          sigma: sigma / 255,
          denoiser,
          keepImages: false,
          seeds: { noise: 1 },
        }),
      ),
    ),
  );
}
