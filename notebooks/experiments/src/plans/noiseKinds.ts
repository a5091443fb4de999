import { listPhotos } from "ddpm-dip/data";
import { namePrior } from "ddpm-dip/ddpm";
import { priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { NoiseKindSpec } from "../methods/specs/noiseKind";
import { currentProfile } from "./common";
import { priorCrop } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/noiseKind";

/** Noise of some kind, and the level that is assumed for it, as tables name them. */
export interface NoiseCase {
  noise: string;
  level: string;
  spec: Pick<NoiseKindSpec, "noise" | "level">;
}

/** Images of CBSD68 that each kind of noise is tried on. */
const noiseImages = 8;

const sigma = 25 / 255;
/** The kinds of noise: all about as strong as white noise of sigma 25. */
export function noiseCases(): NoiseCase[] {
  const kinds: [string, NoiseKindSpec["noise"], NoiseKindSpec["level"][]][] = [
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
export function namedNoiseCases(profile = currentProfile()): { named: NoiseCase; spec: NoiseKindSpec }[] {
  const isSmoke = profile === "smoke";
  const images = isSmoke
    ? listPhotos("test").map((name) => ({ from: "photos" as const, name }))
    : cbsd68Names.map((name) => ({ from: "cbsd68" as const, name }));
  const crop = isSmoke ? 32 : priorCrop.side;
  return noiseCases().flatMap((named) =>
    images.slice(0, isSmoke ? 1 : noiseImages).map((image) => ({
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
export function planNoiseKinds(profile = currentProfile()): NoiseKindSpec[] {
  return namedNoiseCases(profile).map(({ spec }) => spec);
}
