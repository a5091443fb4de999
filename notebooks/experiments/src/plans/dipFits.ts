import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import type { DipFitSpec } from "../spec";
import { currentProfile, imagesFrom, smallPhoto } from "./common";
import { denoisedSets, otherLevelImages } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/dipFit";

type Fit = DipFitSpec["fit"];
type SplitFit = Extract<Fit, { kind: "split" }>;
type Network = DipFitSpec["network"];

/** A DIP fit among others, as tables name it. */
export interface DipVariant {
  setting: string;
  value: string;
  change: Partial<DipFitSpec>;
}

/** The antithetic pair that every variant is one change away from. */
export const pairFit: SplitFit = { kind: "split", pair: true, a: 0.5, patience: 300, window: 50 };

/**
 * Side of the crops that the stopping criteria are compared on, and of the smaller ones of the variants; images of each, and of the
 * criteria at each other noise level and of other kinds.
 */
const fitCrops = { criteria: { side: 128, images: 24, elsewhere: 8 }, variants: { side: 64, images: 6 } } as const;

const skip: Extract<Network, { kind: "skip" }> = {
  ...{ kind: "skip", filters: [32, 32, 32, 32], skipFilters: 4, upsampling: "bilinear" },
};

/** Gaussian noise of a level, of 255, that is not a file's. */
const noiseOf = (level: number): DipFitSpec["degradation"] => ({ kind: "noise", sigma: level / 255, asFile: false });

/** A DIP fit to noisy pixels, with the settings that all share. */
export function dipFitTrial(image: DipFitSpec["image"], change: Partial<DipFitSpec> = {}): DipFitSpec {
  return {
    method: "dip-fit",
    image,
    crop: fitCrops.criteria.side,
    degradation: noiseOf(25),
    assumedSigma: 1,
    network: skip,
    ...{ iterations: 3000, learningRate: 0.01, inputNoise: 1 / 30, readEvery: 20 },
    fit: pairFit,
    perceptual: nameCheckpoint("stlpips-alex"),
    keepImages: false,
    seed: 1,
    ...change,
  };
}

const imagesOf = (count: number) => imagesFrom("cbsd68", cbsd68Names.slice(0, count));

function inSmall(change: Partial<DipFitSpec>): DipFitSpec {
  const small = { crop: 32, iterations: 30, readEvery: 10, network: { ...skip, filters: [8, 8], skipFilters: 2 } };
  return dipFitTrial(smallPhoto(), { ...small, ...change });
}

/** What is fitted for the criteria: those that watch a plain fit, and those that want one of their own. */
function criteriaFits(): Fit[] {
  const plain: Fit = { kind: "criteria", training: "plain" };
  const heldOut = { kind: "criteria", training: "held-out-10" } as const;
  return [
    plain,
    heldOut,
    pairFit,
    { ...plain, runs: 2 },
    { ...heldOut, runs: 2 },
    { kind: "criteria", training: "sure" },
  ];
}

/**
 * The benchmark of stopping criteria on the noisy pixels of `planPriors`, sigma 25, of fewer images; about six minutes of one core an
 * image. In the smoke profile an embedded photo and a few iterations.
 */
export function planCriteria(profile = currentProfile()): DipFitSpec[] {
  if (profile === "smoke") return criteriaFits().map((fit) => inSmall({ fit }));
  const { images } = fitCrops.criteria;
  return imagesOf(images).flatMap((image, i) =>
    criteriaFits().map((fit) => dipFitTrial(image, { fit, keepImages: i === 0 })),
  );
}

/**
 * The criteria where nothing was chosen for them: at less noise and at more, and on images of other kinds at sigma 25; fits that are one
 * network's, and the pair. In the smoke profile an embedded photo with more noise.
 */
export function planCriteriaElsewhere(profile = currentProfile()): DipFitSpec[] {
  const fits = criteriaFits().filter((fit) => !("runs" in fit));
  if (profile === "smoke") return fits.map((fit) => inSmall({ fit, degradation: noiseOf(50) }));
  const { elsewhere } = fitCrops.criteria;
  const conditions = [
    ...[15, 50].map((level) => ({ images: imagesOf(elsewhere), level })),
    { images: imagesFrom("other", listPhotos("other").slice(0, elsewhere)), level: 25 },
  ];
  return conditions.flatMap(({ images, level }) =>
    images.flatMap((image) => fits.map((fit) => dipFitTrial(image, { fit, degradation: noiseOf(level) }))),
  );
}

/**
 * The fit by Stein's estimate, the best of the untrained ones on photos at sigma 25, on the noisy crops of the main table: a minute each.
 * In the smoke profile an embedded photo.
 */
export function planDipSure(profile = currentProfile()): DipFitSpec[] {
  const fit: Fit = { kind: "criteria", training: "sure" };
  if (profile === "smoke") return [inSmall({ fit })];
  return denoisedSets().flatMap(({ images, sigmas }) =>
    sigmas.flatMap((sigma) =>
      images
        .slice(0, sigma === 25 ? images.length : otherLevelImages)
        .map((image) => dipFitTrial(image, { fit, degradation: noiseOf(sigma) })),
    ),
  );
}

/**
 * That fit once more at sigma 25, on as many photos and images of other kinds as the criteria elsewhere, mixed with the strongest DDPM by
 * the best weight in hindsight. In the smoke profile an embedded photo.
 */
export function planSureBesideDdpm(profile = currentProfile()): DipFitSpec[] {
  const change = { fit: { kind: "criteria", training: "sure" }, beside: nameCheckpoint("bsd-wide") } as const;
  if (profile === "smoke") return [inSmall(change)];
  const { elsewhere } = fitCrops.criteria;
  const others = imagesFrom("other", listPhotos("other").slice(0, elsewhere));
  return [...imagesOf(elsewhere), ...others].map((image) => dipFitTrial(image, change));
}

/** The noise curriculum of the assignment, heavy to clean, in four levels from as much noise as the image has. */
const curriculum: NonNullable<SplitFit["curriculum"]> = {
  ...{ levels: 4, heaviest: 1, schedule: "linear", draws: "fresh", patience: 150, window: 50 },
};

const one = (setting: string, value: string, change: Partial<DipFitSpec>): DipVariant => ({ setting, value, change });
const withFit = (change: Partial<SplitFit>): Partial<DipFitSpec> => ({ fit: { ...pairFit, ...change } });
const withCurriculum = (change: Partial<typeof curriculum>) => withFit({ curriculum: { ...curriculum, ...change } });
const withNetwork = (change: Partial<typeof skip>): Partial<DipFitSpec> => ({ network: { ...skip, ...change } });

/** Trained denoisers as guides of the pair, and terms beside its loss. */
function guidedVariants(): DipVariant[] {
  const bsd = nameCheckpoint("bsd");
  const range = { by: "range", low: 5, high: 40 } as const;
  const output = { of: "output", checkpoint: bsd, weight: 0.5, every: 10, levels: range } as const;
  const byTarget = { of: "target", checkpoint: bsd, weight: 1 } as const;
  const coarse = { by: "range", low: 40, high: 160 } as const;
  const guided = (terms: SplitFit["terms"]) => withFit({ guide: byTarget, terms });
  const perceptual = (weight: number) => ({ perceptual: { checkpoint: bsd, t: 20, weight } });
  const adversarial = (weight: number) => ({ adversarial: { weight, learningRate: 1e-3 } });
  return [
    one("guide", "D(y)", withFit({ guide: byTarget })),
    one("guide", "D(y), weight 3", withFit({ guide: { ...byTarget, weight: 3 } })),
    one("guide", "RED-diff", withFit({ guide: output })),
    one("guide", "RED-diff, weight 1", withFit({ guide: { ...output, weight: 1 } })),
    one("guide", "RED-diff, levels 40 to 160", withFit({ guide: { ...output, levels: coarse } })),
    one("guide", "proximal steps", withFit({ guide: { ...output, every: 100 } })),
    one("guide", "D(y), weak prior", withFit({ guide: { ...byTarget, checkpoint: nameCheckpoint("photos") } })),
    one("perceptual term", "0.1", guided(perceptual(0.1))),
    one("perceptual term", "1", guided(perceptual(1))),
    one("adversarial term", "0.0003", guided(adversarial(3e-4))),
    one("adversarial term", "0.003", guided(adversarial(3e-3))),
  ];
}

/** What others do with the same pixels, and what seeing the clean image is worth. */
function baselineVariants(): DipVariant[] {
  const baseline = (value: string, fit: Fit, change: Partial<DipFitSpec> = {}) =>
    one("baseline", value, { fit, ...change });
  const decoder: Network = { kind: "deep-decoder", channels: 64, doublings: 4 };
  return [
    baseline("plain DIP", { kind: "criteria", training: "plain" }),
    baseline("two plain fits, averaged", { kind: "criteria", training: "plain", runs: 2 }),
    baseline("held-out pixels", { kind: "criteria", training: "held-out-10" }),
    baseline("held-out pixels, two averaged", { kind: "criteria", training: "held-out-10", runs: 2 }),
    baseline("SURE", { kind: "criteria", training: "sure" }),
    baseline("self-diffusion", {
      ...{ kind: "sequential", start: "noise", renewEvery: 50, autoencoding: 0, inputNoise: 1 },
    }),
    baseline("aSeqDIP", { kind: "sequential", start: "image", renewEvery: 2, autoencoding: 1, inputNoise: 0 }),
    baseline("DIP-SGLD", { kind: "langevin", weightNoise: 2 }),
    baseline("deep decoder", pairFit, { network: decoder }),
    baseline("clean targets", { kind: "clean-targets", levels: 4, heaviest: 4 }),
  ];
}

/** Every variant of the fit, in the order in which they are computed: the antithetic pair first. */
function dipVariants(): DipVariant[] {
  return [
    one("pair", "as chosen", {}),
    one("noise curriculum", "4 levels, fresh noise", withCurriculum({})),
    one("noise curriculum", "4 levels, fixed noise", withCurriculum({ draws: "fixed" })),
    ...baselineVariants(),
    ...guidedVariants(),
    one("split", "single, a = 0.25", withFit({ pair: false, a: 0.25 })),
    one("split", "single, a = 0.5", withFit({ pair: false })),
    ...[0.7, 0.85, 1.15, 1.3].map((factor) =>
      one("assumed noise level", `${factor} of the true one`, { assumedSigma: factor }),
    ),
    one("assumed noise level", "wavelet estimate", { assumedSigma: "wavelet" }),
    one("split", "a = 0.25", withFit({ a: 0.25 })),
    one("split", "a = 1", withFit({ a: 1 })),
    one("noise curriculum", "2 levels", withCurriculum({ levels: 2 })),
    one("noise curriculum", "8 levels", withCurriculum({ levels: 8 })),
    one("noise curriculum", "cosine", withCurriculum({ schedule: "cosine" })),
    one("noise curriculum", "geometric", withCurriculum({ schedule: "geometric" })),
    ...(["linear", "cosine", "geometric"] as const).map((schedule) =>
      one("noise curriculum", `${schedule}, 150 iterations a level`, withCurriculum({ schedule, every: 150 })),
    ),
    one("noise curriculum", "8 levels of 75 iterations", withCurriculum({ levels: 8, every: 75 })),
    one("noise curriculum", "from twice as much noise, 150 a level", withCurriculum({ heaviest: 2, every: 150 })),
    one("noise curriculum", "from half as much noise", withCurriculum({ heaviest: 0.5 })),
    one("noise curriculum", "from twice as much noise", withCurriculum({ heaviest: 2 })),
    one("learning rate", "rising from a fifth", withFit({ rate: { first: 0.2, last: 1 } })),
    one("learning rate", "falling to a fifth", withFit({ rate: { first: 1, last: 0.2 } })),
    one("learning rate", "0.003", { learningRate: 0.003 }),
    one("learning rate", "0.03", { learningRate: 0.03 }),
    one("width", "16", withNetwork({ filters: [16, 16, 16, 16] })),
    one("width", "64", withNetwork({ filters: [64, 64, 64, 64] })),
    one("depth", "3", withNetwork({ filters: [32, 32, 32] })),
    one("depth", "5", withNetwork({ filters: [32, 32, 32, 32, 32] })),
    one("skip connections", "none", withNetwork({ skipFilters: 0 })),
    one("enlargement", "nearest", withNetwork({ upsampling: "nearest" })),
    one("network", "U-Net", { network: { kind: "u-net", filters: [16, 32, 64, 64] } }),
    one("input noise", "none", { inputNoise: 0 }),
    one("input noise", "1/10", { inputNoise: 0.1 }),
    one("average of the outputs", "none", { averageDecay: 0 }),
    one("average of the outputs", "0.9", { averageDecay: 0.9 }),
    one("average of the outputs", "0.999", { averageDecay: 0.999 }),
    one("window of the estimate", "10", withFit({ window: 10 })),
    one("window of the estimate", "200", withFit({ window: 200 })),
  ];
}

/** What is still to be computed, minutes a trial: the full profile has it. */
function isOnlyInFull({ setting, value }: DipVariant): boolean {
  return (setting === "perceptual term" && value === "1") || value === "2 levels";
}

/** Every trial of the variants with the name of what it varies. */
export function namedVariants(profile = currentProfile()): { variant: DipVariant; spec: DipFitSpec }[] {
  const { side, images } = fitCrops.variants;
  const variants = dipVariants().filter((variant) => profile === "full" || !isOnlyInFull(variant));
  if (profile === "smoke") {
    const some = variants.filter(({ setting }, i) => variants.findIndex((one) => one.setting === setting) === i);
    const untrained = some.filter(({ setting }) => !["guide", "perceptual term", "adversarial term"].includes(setting));
    return untrained.map((variant) => ({ variant, spec: inSmall(variant.change) }));
  }
  return variants.flatMap((variant) =>
    imagesOf(images).map((image) => ({
      variant,
      spec: dipFitTrial(image, { crop: side, iterations: 2000, ...variant.change }),
    })),
  );
}

/**
 * Variants of the DIP fit on small crops at sigma 25, one seed, about half a minute of a core each. In the smoke profile the first of
 * each setting, without those that need a trained denoiser.
 */
export function planVariants(profile = currentProfile()): DipFitSpec[] {
  return namedVariants(profile).map(({ spec }) => spec);
}
