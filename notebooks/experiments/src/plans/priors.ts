import { listPhotos } from "ddpm-dip/data";
import { hasCheckpoint, nameCheckpoint } from "ddpm-dip/ddpm";
import type { DenoiserSpec } from "../spec";
import { currentProfile, imagesFrom, smallPhoto } from "./common";
import { chosenDenoisers, type TunedSigma } from "./denoiserTuning";
import { cbsd68Names, set14Names } from "./testSets";
import "../methods/denoiser";

type Kind = DenoiserSpec["denoiser"];

/** Noise levels of the crops, as sigma times 255. */
const priorSigmas: readonly TunedSigma[] = [25, 15, 50];

/** Side of the crops, pixels, and how many images of CBSD68 have one. */
export const priorCrop = { side: 128, images: 24 } as const;

/** Images of a set at other levels than sigma 25 that a method has which takes a minute an image. */
export const otherLevelImages = 8;

/** The images that denoisers are compared on, and at which levels: CBSD68 at all, Set14 and images of other kinds at the middle one. */
export function denoisedSets(): { images: DenoiserSpec["image"][]; sigmas: readonly TunedSigma[] }[] {
  return [
    { images: imagesFrom("cbsd68", cbsd68Names.slice(0, priorCrop.images)), sigmas: priorSigmas },
    { images: imagesFrom("set14", set14Names), sigmas: priorSigmas.slice(0, 1) },
    { images: imagesFrom("other", listPhotos("other")), sigmas: priorSigmas.slice(0, 1) },
  ];
}

/** The images of CBSD68 that are in no table of crops. */
export const untouchedImages = () => imagesFrom("cbsd68", cbsd68Names.slice(priorCrop.images));

/** The trained priors, in the order of the table; one that is still to be trained is left out until it is there. */
const comparedPriors = ["photos", "bsd", "bsd-wide", "ffdnet"];

/** A prior in one evaluation, or in one for each of the image's eight flips and rotations. */
export const priorNetwork = (name: string, selfEnsemble: boolean) =>
  ({ kind: "prior", checkpoint: nameCheckpoint(name), selfEnsemble }) as const;

const cbm3d: Kind = { kind: "cbm3d", version: "4.0.3", profile: "np" };

/** A trial of a denoiser; the pictures of an embedded photo are kept. */
export function denoiserTrial(
  denoiser: Kind,
  sigma: number,
  image: DenoiserSpec["image"],
  crop: DenoiserSpec["crop"] = priorCrop.side,
): DenoiserSpec {
  return {
    method: "denoiser",
    image,
    crop,
    sigma: sigma / 255,
    denoiser,
    keepImages: image.from === "photos",
    seeds: { noise: 1 },
    perceptual: nameCheckpoint("stlpips-alex"),
  };
}

/**
 * Every denoiser on the same noisy pixels: crops of the sets, and for the trained priors all of CBSD68 whole at sigma 25, as the
 * literature has it; in the full profile CBM3D there too, most of a minute each. In the smoke profile what needs no tool from
 * elsewhere.
 */
export function planPriors(profile = currentProfile()): DenoiserSpec[] {
  const noisy: Kind = { kind: "noisy" };
  const once = comparedPriors.filter(hasCheckpoint).map((name) => priorNetwork(name, false));
  const eightfold = once.map((prior) => ({ ...prior, selfEnsemble: true }));
  if (profile === "smoke") {
    return [noisy, ...once, ...eightfold].map((kind) => denoiserTrial(kind, 25, smallPhoto(), 32));
  }
  const crops = denoisedSets().flatMap(({ images, sigmas }) =>
    sigmas.flatMap((sigma) =>
      // What depends on the level was chosen on the tune images.
      [noisy, ...chosenDenoisers[sigma], cbm3d, ...once, ...eightfold].flatMap((kind) =>
        images.map((image) => denoiserTrial(kind, sigma, image)),
      ),
    ),
  );
  const whole = [noisy, ...once, ...(profile === "full" ? [cbm3d] : [])].flatMap((kind) =>
    imagesFrom("cbsd68", cbsd68Names).map((image) => denoiserTrial(kind, 25, image, "full")),
  );
  return [...crops, ...whole];
}

/** The strongest of `planPriors` on crops of the images that nothing was tried on before, sigma 25. */
export function planConfirmationPriors(profile = currentProfile()): DenoiserSpec[] {
  if (profile === "smoke") return [];
  const kinds = [cbm3d, priorNetwork("ffdnet", true), priorNetwork("bsd-wide", false), priorNetwork("bsd-wide", true)];
  return untouchedImages().flatMap((image) => kinds.map((kind) => denoiserTrial(kind, 25, image)));
}
