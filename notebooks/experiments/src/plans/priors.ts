import { listPhotos } from "ddpm-dip/data";
import { hasCheckpoint, nameCheckpoint } from "ddpm-dip/ddpm";
import type { SpecOf } from "../spec";
import { currentProfile, smallPhoto } from "./common";
import { nlmSetting, tvSetting } from "./denoiserTuning";
import { cbsd68Names, set14Names } from "./testSets";
import "../methods/denoiser";

type Denoiser = SpecOf<"denoiser">;
type Kind = Denoiser["denoiser"];

/** Noise levels of the crops, as sigma times 255. */
export const priorSigmas = [25, 15, 50] as const;

/** Side of the crops, pixels, and how many images of CBSD68 have one. */
export const priorCrop = { side: 128, images: 24 } as const;

/** Images of a set at other levels than sigma 25 that a method has which takes a minute an image. */
export const otherLevelImages = 8;

/** The images that denoisers are compared on, and at which levels: CBSD68 at all, Set14 and images of other kinds at the middle one. */
export function denoisedSets(): { images: Denoiser["image"][]; sigmas: readonly number[] }[] {
  const from = (set: Denoiser["image"]["from"], names: readonly string[]) => names.map((name) => ({ from: set, name }));
  return [
    { images: from("cbsd68", cbsd68Names.slice(0, priorCrop.images)), sigmas: priorSigmas },
    { images: from("set14", set14Names), sigmas: priorSigmas.slice(0, 1) },
    { images: from("other", listPhotos("other")), sigmas: priorSigmas.slice(0, 1) },
  ];
}

/** The images of CBSD68 that are in no table of crops. */
export const untouchedImages = (): Denoiser["image"][] =>
  cbsd68Names.slice(priorCrop.images).map((name) => ({ from: "cbsd68", name }));

/** The trained priors, in the order of the table; one that is still to be trained is left out until it is there. */
export function comparedPriors(): string[] {
  return ["photos", "bsd", "bsd-wide", "ffdnet"].filter(hasCheckpoint);
}

/** Each prior in one evaluation, or in one for each of the image's eight flips and rotations. */
function priors(selfEnsemble: boolean): Kind[] {
  return comparedPriors().map((name) => ({ kind: "prior", checkpoint: nameCheckpoint(name), selfEnsemble }));
}

const cbm3d: Kind = { kind: "cbm3d", version: "4.0.3", profile: "np" };

function trial(
  denoiser: Kind,
  sigma: number,
  image: Denoiser["image"],
  crop: Denoiser["crop"],
): Omit<Denoiser, "perceptual"> {
  return {
    method: "denoiser",
    image,
    crop,
    sigma: sigma / 255,
    denoiser,
    keepImages: image.from === "photos",
    seeds: { noise: 1 },
  };
}

/**
 * Every denoiser on the same noisy pixels: crops of the sets at their levels, and all images of CBSD68 whole at sigma 25 for the
 * trained priors, as the literature has them; in the full profile CBM3D on those too, most of a minute each. In the
 * smoke profile an embedded photo, for what needs no tool from elsewhere.
 */
export function planPriors(profile = currentProfile()): Denoiser[] {
  // Named once: the digests are of whole files.
  const perceptual = nameCheckpoint("stlpips-alex");
  const [once, eightfold] = [priors(false), priors(true)];
  const withDistance = (specs: Omit<Denoiser, "perceptual">[]) => specs.map((spec) => ({ ...spec, perceptual }));
  if (profile === "smoke") {
    const kinds: Kind[] = [{ kind: "noisy" }, ...once, ...eightfold];
    return withDistance(kinds.map((kind) => trial(kind, 25, smallPhoto(), 32)));
  }
  const conditions = denoisedSets().flatMap(({ images, sigmas }) => sigmas.map((sigma) => ({ images, sigma })));
  const crops = conditions.flatMap(({ images, sigma }) => {
    // What depends on the level was chosen on the tune images.
    const own = [{ kind: "noisy" } as const, tvSetting(sigma), nlmSetting(sigma), cbm3d, ...once, ...eightfold];
    return own.flatMap((kind) => images.map((image) => trial(kind, sigma, image, priorCrop.side)));
  });
  const onWhole = profile === "full" ? [...once, cbm3d] : once;
  const whole = [{ kind: "noisy" } as const, ...onWhole].flatMap((kind) =>
    cbsd68Names.map((name) => trial(kind, 25, { from: "cbsd68", name }, "full")),
  );
  return withDistance([...crops, ...whole]);
}

/** The strongest of `planPriors` on crops of the images that nothing was tried on before, sigma 25. */
export function planConfirmationPriors(profile = currentProfile()): Denoiser[] {
  if (profile === "smoke") return [];
  const perceptual = nameCheckpoint("stlpips-alex");
  const network = (name: string, selfEnsemble: boolean): Kind => ({
    ...{ kind: "prior", checkpoint: nameCheckpoint(name), selfEnsemble },
  });
  const kinds = [cbm3d, network("ffdnet", true), network("bsd-wide", false), network("bsd-wide", true)];
  return untouchedImages().flatMap((image) =>
    kinds.map((kind) => ({ ...trial(kind, 25, image, priorCrop.side), perceptual })),
  );
}
