import { namePrior } from "ddpm-dip/ddpm";
import { priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { SpecOf } from "../spec";
import { currentProfile, imagesFrom, smallPhoto } from "./common";
import { priorCrop } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/noiseKind";

type Spec = SpecOf<"noise-kind">;

const noiseImages = 8;

const sigma = 25 / 255;

/** The kinds of noise, all about as strong as white noise of sigma 25, as tables name them, with the levels that are assumed. */
const noiseKinds: readonly [string, Spec["noise"], Spec["level"][]][] = [
  ["white Gaussian", { kind: "gaussian", sigma }, ["true", "wavelet"]],
  ["Poisson", { kind: "poisson", peak: 50, stabilised: false }, ["true"]],
  ["Poisson, stabilised", { kind: "poisson", peak: 50, stabilised: true }, ["true"]],
  ["JPEG 90", { kind: "jpeg", sigma, quality: 90 }, ["true", "wavelet"]],
  ["JPEG 70", { kind: "jpeg", sigma, quality: 70 }, ["true", "wavelet"]],
  ["demosaicked", { kind: "demosaicked", sigma: 1.4 * sigma }, ["true", "wavelet"]],
];

/** Every trial on noise of some kind with what it is called, by `restore --fast`; of one small photo in the smoke profile. */
export function namedNoiseCases(profile = currentProfile()) {
  const isSmoke = profile === "smoke";
  const images = isSmoke ? [smallPhoto()] : imagesFrom("cbsd68", cbsd68Names.slice(0, noiseImages));
  const crop = isSmoke ? 32 : priorCrop.side;
  return noiseKinds.flatMap(([name, noise, levels]) =>
    levels.flatMap((level) =>
      images.map((image) => ({
        named: { noise: name, level },
        spec: {
          method: "noise-kind" as const,
          ...{ image, crop, noise, level },
          ...{ settings: settingsOf("denoise", "fast"), priors: priorsOf("denoise").map(namePrior), seed: 1 },
        },
      })),
    ),
  );
}

/** The trials on noise of other kinds than white Gaussian: some seconds each. */
export function planNoiseKinds(profile = currentProfile()): Spec[] {
  return namedNoiseCases(profile).map(({ spec }) => spec);
}
