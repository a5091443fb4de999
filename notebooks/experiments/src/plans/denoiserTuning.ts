import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
import { bsd400TuneNames } from "./testSets";
import "../methods/denoiser";

type Denoiser = SpecOf<"denoiser">;
type Tv = Extract<Denoiser["denoiser"], { kind: "tv" }>;
type Nlm = Extract<Denoiser["denoiser"], { kind: "nlm" }>;

/** Noise levels that settings are chosen for, as sigma times 255. */
export const tunedSigmas = [15, 25, 50] as const;

const version = "0.26.0";

/** Total variation, near enough to its minimum: ended as scikit-image does unless told, it is up to 0.2 dB worse at sigma 50. */
function tv(weight: number): Tv {
  return { kind: "tv", version, weight, iterations: 1000, tolerance: 2e-5 };
}

/** Non-local means with the patches of scikit-image's example. */
function nlm(h: number, subtractsNoise: boolean): Nlm {
  return { kind: "nlm", version, patchSize: 5, patchDistance: 6, h, subtractsNoise };
}

/** Weights that were tried, in sigmas. */
export const tvWeights = [0.6, 0.7, 0.8, 0.9, 1, 1.2] as const;

/** Strengths that were tried; 0.6 and the last are those of scikit-image's example, with and without the noise taken off. */
const nlmSettings = [nlm(0.4, true), nlm(0.5, true), nlm(0.6, true), nlm(0.7, true), nlm(0.8, false)];

/** What is best on the mean of the tune images: of `tvWeights`, and of the strengths. */
const chosen: Record<number, { weight: number; nlm: Nlm }> = {
  15: { weight: 0.7, nlm: nlm(0.6, true) },
  25: { weight: 0.8, nlm: nlm(0.6, true) },
  50: { weight: 0.9, nlm: nlm(0.5, true) },
};

function chosenAt(sigma: number): { weight: number; nlm: Nlm } {
  const found = chosen[sigma];
  if (found) return found;
  throw new RangeError(`sigma: got ${sigma}, settings were chosen for ${tunedSigmas.join(", ")}`);
}

/** Weights are rounded, so that a spec reads well. */
function tvAt(sigma: number, factor: number): Tv {
  return tv(Number(((factor * sigma) / 255).toPrecision(4)));
}

/** Total variation as chosen on the tune images (`planDenoiserTuning`). @param sigma times 255. @throws RangeError when nothing was chosen for it. */
export function tvSetting(sigma: number): Tv {
  return tvAt(sigma, chosenAt(sigma).weight);
}

/** Non-local means as chosen on the tune images (`planDenoiserTuning`). @param sigma times 255. @throws RangeError when nothing was chosen for it. */
export function nlmSetting(sigma: number): Nlm {
  return chosenAt(sigma).nlm;
}

/** The settings of total variation and of non-local means on the tune images. None in the smoke profile: they are not part of the project. */
export function planDenoiserTuning(profile = currentProfile()): Denoiser[] {
  if (profile === "smoke") return [];
  return tunedSigmas.flatMap((sigma) =>
    [...tvWeights.map((weight) => tvAt(sigma, weight)), ...nlmSettings].flatMap((denoiser) =>
      bsd400TuneNames.map(
        (name): Denoiser => ({
          method: "denoiser",
          image: { from: "bsd400-tune", name },
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
