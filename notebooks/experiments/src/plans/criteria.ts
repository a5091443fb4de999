import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint } from "ddpm-dip/ddpm";
import type { DipFitSpec } from "../methods/dipFit";
import { currentProfile } from "./common";
import { priorCrop } from "./priors";
import { cbsd68Names } from "./testSets";
import "../methods/dipFit";

/** The pair of the stopping benchmark, as the first version's balance and patience. */
const pairFit: DipFitSpec["fit"] = { kind: "split", pair: true, a: 0.5, patience: 300, window: 50 };

/** What is fitted for the criteria of the benchmark: those that watch a plain fit, and those that want one of their own. */
const fits: readonly DipFitSpec["fit"][] = [
  ...(["plain", "held-out-10", "sure"] as const).map((training) => ({ kind: "criteria", training }) as const),
  pairFit,
];

/** A DIP fit of the benchmark of stopping criteria. */
export function dipFitTrial(
  image: DipFitSpec["image"],
  fit: DipFitSpec["fit"],
  { sigma = 25, crop = priorCrop.side }: { sigma?: number; crop?: DipFitSpec["crop"] } = {},
): DipFitSpec {
  return {
    method: "dip-fit",
    image,
    crop,
    degradation: { kind: "noise", sigma: sigma / 255, asFile: false },
    assumedSigma: 1,
    network: { kind: "skip", filters: [32, 32, 32, 32], skipFilters: 4, upsampling: "bilinear" },
    ...{ iterations: 3000, learningRate: 0.01, inputNoise: 1 / 30, readEvery: 20 },
    fit,
    perceptual: nameCheckpoint("stlpips-alex"),
    keepImages: false,
    seed: 1,
  };
}

/**
 * The benchmark of stopping criteria on the noisy crops of `planPriors`, sigma 25; about ten minutes of one core an image. In the
 * smoke profile an embedded photo and a few iterations.
 */
export function planCriteria(profile: ReturnType<typeof currentProfile> = currentProfile()): DipFitSpec[] {
  if (profile !== "smoke") {
    const images = cbsd68Names.slice(0, priorCrop.images).map((name) => ({ from: "cbsd68", name }) as const);
    return images.flatMap((image) => fits.map((fit) => dipFitTrial(image, fit)));
  }
  const [name = ""] = listPhotos("test");
  const network: DipFitSpec["network"] = { kind: "skip", filters: [8, 8], skipFilters: 2, upsampling: "bilinear" };
  const small = { network, iterations: 30, readEvery: 10 };
  return fits.map((fit) => ({ ...dipFitTrial({ from: "photos", name }, fit, { crop: 32 }), ...small }));
}
