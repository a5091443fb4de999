import { namePrior } from "ddpm-dip/ddpm";
import { priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { SpecOf } from "../spec";
import { currentProfile, smallPhoto } from "./common";
import { priorCrop } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/noiseKind";

/** Noise of some kind, and the level that is assumed for it, as tables name them. */
interface NoiseCase {
  noise: string;
  level: string;
  spec: Pick<SpecOf<"noise-kind">, "noise" | "level">;
}

const noiseImages = 8;

const sigma = 25 / 255;
/** The kinds of noise: all about as strong as white noise of sigma 25. */
function noiseCases(): NoiseCase[] {
  const kinds: [string, SpecOf<"noise-kind">["noise"], SpecOf<"noise-kind">["level"][]][] = [
    ["white Gaussian", { kind: "gaussian", sigma }, ["true", "wavelet"]],
    ["Poisson", { kind: "poisson", peak: 50, stabilised: false }, ["true"]],
    ["Poisson, stabilised", { kind: "poisson", peak: 50, stabilised: true }, ["true"]],
    ["JPEG 90", { kind: "jpeg", sigma, quality: 90 }, ["true", "wavelet"]],
    ["JPEG 70", { kind: "jpeg", sigma, quality: 70 }, ["true", "wavelet"]],
    ["demosaicked", { kind: "demosaicked", sigma: 1.4 * sigma }, ["true", "wavelet"]],
  ];
  return kinds.flatMap(([noise, spec, levels]) =>
    levels.map((level) => ({ noise, level, spec: { noise: spec, level } })),
  );
}

/** Every trial on noise of some kind with what it is called, by `restore --fast`; of one small photo in the smoke profile. */
export function namedNoiseCases(profile = currentProfile()): { named: NoiseCase; spec: SpecOf<"noise-kind"> }[] {
  const isSmoke = profile === "smoke";
  const images = cbsd68Names.slice(0, noiseImages).map((name) => ({ from: "cbsd68" as const, name }));
  const crop = isSmoke ? 32 : priorCrop.side;
  return noiseCases().flatMap((named) =>
    (isSmoke ? [smallPhoto()] : images).map((image) => ({
      named,
      spec: {
        method: "noise-kind" as const,
        ...{ image, crop, ...named.spec },
        ...{ settings: settingsOf("denoise", "fast"), priors: priorsOf("denoise").map(namePrior), seed: 1 },
      },
    })),
  );
}

/** The trials on noise of other kinds than white Gaussian: some seconds each. */
export function planNoiseKinds(profile = currentProfile()): SpecOf<"noise-kind">[] {
  return namedNoiseCases(profile).map(({ spec }) => spec);
}
