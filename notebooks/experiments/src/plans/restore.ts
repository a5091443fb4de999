import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint, namePrior } from "ddpm-dip/ddpm";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { RestoreSpec } from "../spec";
import { currentProfile, imagesFrom, smallPhoto } from "./common";
import { denoisedSets, otherLevelImages, priorCrop, untouchedImages } from "./priors";
import { bsd400TuneNames, cbsd68Names } from "./testSets";
import "../methods/restore";

/** A trial of the library's `restore` with its own settings and priors. */
export function restoreTrial(
  image: RestoreSpec["image"],
  how: { sigma?: number; effort?: Effort; crop?: RestoreSpec["crop"]; asFile?: boolean } = {},
): RestoreSpec {
  const { sigma = 25, effort = "usual", crop = priorCrop.side, asFile = false } = how;
  return {
    method: "restore",
    image,
    crop,
    degradation: { kind: "noise", sigma: sigma / 255, asFile },
    settings: withoutUnset(settingsOf("denoise", effort)),
    priors: priorsOf("denoise", effort).map(namePrior),
    perceptual: nameCheckpoint("stlpips-alex"),
    keepImages: false,
    seed: 1,
  };
}

/** A small trial whose noisy image is one that a file can hold: what the command line makes of that file is compared with it. */
export function commandTrial(): RestoreSpec {
  return { ...restoreTrial(smallPhoto(), { crop: 32, asFile: true }), keepImages: true };
}

/**
 * The recommended method on the noisy pixels of `planPriors`: by every effort at sigma 25, by the usual and the thorough (a
 * minute or two an image) at other levels, on fewer images. In the smoke profile an embedded photo.
 */
export function planRestore(profile = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") {
    return (["usual", "thorough"] as const).map((effort) => {
      const trial = restoreTrial(smallPhoto(), { crop: 32, effort });
      return { ...trial, settings: { ...trial.settings, adaptations: effort === "usual" ? 3 : 1 } };
    });
  }
  const own = denoisedSets().flatMap(({ images, sigmas }) =>
    sigmas.flatMap((sigma) => {
      const efforts: Effort[] = sigma === 25 ? ["usual", "fast", "thorough"] : ["usual", "thorough"];
      const isWhole = (effort: Effort) => sigma === 25 || (profile === "full" && effort === "usual");
      return efforts.flatMap((effort) =>
        (isWhole(effort) ? images : images.slice(0, otherLevelImages)).map((image) =>
          restoreTrial(image, { sigma, effort }),
        ),
      );
    }),
  );
  return [commandTrial(), ...own];
}

/**
 * The claims of the main table once more, at sigma 25 on the images of CBSD68 that nothing before was tried on. A minute and a
 * half each.
 */
export function planConfirmation(profile = currentProfile()): RestoreSpec[] {
  if (profile === "smoke") return [];
  return untouchedImages().flatMap((image) =>
    (["usual", "thorough"] as const).map((effort) => restoreTrial(image, { effort })),
  );
}

/** A setting of the recommended method, one change away from the default. */
export interface RestoreVariant {
  setting: string;
  value: string;
  change: Partial<RestoreSpec["settings"]>;
  /** Other priors than the default's. */
  priors?: string[];
}

/** Priors from the weakest to the strongest: DDPMs of seven photos after 500 and 22,000 steps, FFDNet, DDPMs of four hundred photos. */
export const priorsByStrength = ["photos-500", "photos", "ffdnet", "bsd", "bsd-wide"] as const;

const variant = (setting: string, value: string, change: RestoreVariant["change"]) => ({ setting, value, change });
const adapted = (setting: string, value: string, adaptation: RestoreSpec["settings"]["adaptation"]) =>
  variant(setting, value, { adaptation });

/** What the tune images were asked: the default first. */
export function restoreVariants(): RestoreVariant[] {
  const steps = (adaptations: number) => variant("steps of the fit", String(adaptations), { adaptations });
  const alone = (name: string, adaptations: number) => ({
    ...variant(adaptations > 0 ? "one prior, fitted" : "one prior, as trained", name, {
      ...{ adaptations, adaptedPriors: undefined, charge: undefined },
    }),
    priors: [name],
  });
  return [
    variant("default", "", {}),
    adapted("self-ensemble", "none", { selfEnsemble: false }),
    adapted("learning rate", "0.0001", { learningRate: 1e-4 }),
    steps(0),
    variant("charge of the weights", "none", { charge: undefined }),
    variant("fitted networks", "both", { adaptedPriors: undefined }),
    { ...variant("DDPM of the stack", "bsd", {}), priors: ["ffdnet", "bsd"] },
    ...priorsByStrength.flatMap((name) => [alone(name, settingsOf("denoise").adaptations), alone(name, 0)]),
    steps(120),
    ...["0.5", "1"].map((b) => adapted("recorruption b", b, { recorruption: Number(b) })),
    adapted("learning rate", "0.00003", { learningRate: 3e-5 }),
    adapted("average of the weights", "none", { averageDecay: 0 }),
    ...["0.05", "0.25"].map((a) => adapted("extra noise a", a, { extraNoise: Number(a) })),
    steps(30),
  ];
}

/** What the thorough effort is one change away from: the default first. */
function thoroughVariants(): RestoreVariant[] {
  const steps = (adaptations: number) => variant("steps", String(adaptations), { adaptations });
  return [
    variant("default", "", {}),
    steps(0),
    steps(120),
    adapted("learning rate", "0.000003", { learningRate: 3e-6 }),
    adapted("learning rate", "0.00003", { learningRate: 3e-5 }),
    adapted("average of the weights", "none", { averageDecay: 0 }),
    // Soltanayev and Chun 2018; GainTuning.
    adapted("loss", "Stein's", { loss: "sure" }),
    ...["0.0001", "0.001", "0.01"].map((rate) =>
      adapted("gains alone, Stein's loss", `rate ${rate}`, {
        ...{ loss: "sure", fitted: "gains", learningRate: Number(rate) },
      }),
    ),
  ];
}

/** Settings without those that a variant leaves open: a spec has no undefined values. */
function withoutUnset(settings: RestoreSpec["settings"]): RestoreSpec["settings"] {
  const set = Object.entries(settings).filter(([, value]) => value !== undefined);
  return Object.fromEntries(set) as RestoreSpec["settings"];
}

/** A trial at sigma 25 with one DDPM as it was trained, beside DIP, which has as many iterations as beside a start. */
function besideDip(
  image: RestoreSpec["image"],
  ddpm: string,
  crop: RestoreSpec["crop"] = priorCrop.side,
  iterations = settingsOf("fill", "thorough").iterations,
): RestoreSpec {
  const trial = restoreTrial(image, { crop });
  const settings = withoutUnset({ ...trial.settings, iterations, adaptations: 0, adaptedPriors: undefined });
  return { ...trial, priors: [namePrior(ddpm)], settings };
}

/** DDPMs from the weakest to the strongest, and how many crops of CBSD68 each is stacked with DIP on. */
const stackedDdpms = { names: ["photos-500", "photos", "bsd", "bsd-wide"], side: 64, images: 6 } as const;

/**
 * The two models of the report alone, DIP and one DDPM as it was trained, joined as `restore` joins its images: small crops of
 * CBSD68 and every image of other kinds, sigma 25. About half a minute each.
 */
export function planStackWithDip(profile = currentProfile()): RestoreSpec[] {
  const { names, side, images } = stackedDdpms;
  if (profile === "smoke") return [besideDip(smallPhoto(), names[0], 32, 30)];
  const sources = [...imagesFrom("cbsd68", cbsd68Names.slice(0, images)), ...imagesFrom("other", listPhotos("other"))];
  return names.flatMap((name) => sources.map((image) => besideDip(image, name, side)));
}

/**
 * The antithetic pair of untrained networks, stopped early and by its risk estimate, stacked with the DDPM of the recommended
 * method as it was trained, on the crops of the main table at sigma 25. A minute or two each.
 */
export function planDipBesideDdpm(profile = currentProfile()): RestoreSpec[] {
  const ddpm = priorsOf("denoise").at(-1) as string;
  if (profile === "smoke") return [besideDip(smallPhoto(), ddpm, 32, 30)];
  return denoisedSets().flatMap(({ images }) => images.map((image) => besideDip(image, ddpm)));
}

/** The crops of the tune images: few and small, for there are many settings. */
export const tuneCrops = { side: 64, images: 8 } as const;

/** Variants on images of BSD400 that were kept out of training, sigma 25. */
const onTuneImages = (variants: RestoreVariant[], images: number, how: { crop?: number; effort?: Effort }) =>
  variants.flatMap((variant) =>
    imagesFrom("bsd400-tune", bsd400TuneNames.slice(0, images)).map((image) => {
      const { priors, settings, ...trial } = restoreTrial(image, how);
      const named = variant.priors?.map(namePrior) ?? priors;
      return { variant, spec: { ...trial, priors: named, settings: withoutUnset({ ...settings, ...variant.change }) } };
    }),
  );

/** The settings of the recommended method with what each varies. None in the smoke profile: the images are not part of the project. */
export function namedRestoreVariants(profile = currentProfile()) {
  if (profile === "smoke") return [];
  return onTuneImages(restoreVariants(), tuneCrops.images, { crop: tuneCrops.side });
}

/** The settings of the thorough effort with what each varies, in crops as large as the test sets'. None in the smoke profile. */
export function namedThoroughVariants(profile = currentProfile()) {
  return profile === "smoke" ? [] : onTuneImages(thoroughVariants(), 4, { effort: "thorough" });
}

/** The trials by which the settings of the recommended method are compared. */
export function planRestoreTuning(profile = currentProfile()): RestoreSpec[] {
  return namedRestoreVariants(profile).map(({ spec }) => spec);
}

/** The trials by which the thorough effort's settings are compared. */
export function planThoroughTuning(profile = currentProfile()): RestoreSpec[] {
  return namedThoroughVariants(profile).map(({ spec }) => spec);
}
