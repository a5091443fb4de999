import {
  averageRuns,
  createSkipNetwork,
  type DipObservation,
  fitDip,
  fitSure,
  holdOutPixels,
  type StoppingRule,
  stopAfter,
  stopAtDiscrepancy,
  stopAtMovingVariance,
  stopAtSelfReference,
  stopAtSubImageDistance,
  stopAtWindowedVariance,
  stopAtZeroCrossing,
} from "ddpm-dip/dip";
import { openStream, type tf } from "ddpm-dip/runtime";
import type { DipFitSpec } from "../spec";
import { type FitOf, fitOptions, type Given, type Variant } from "./variant";
import { averageWatched, knownOf, type WatchedCriterion, watchCriterion } from "./watchCriterion";

/**
 * Opens the fit that stopping criteria of the literature ask for, and these criteria. They are given the noisy image and the noise
 * level, right or wrong as the spec says, and never the clean image.
 * @throws RangeError for a network that is not a skip network.
 */
export function openCriteria(spec: DipFitSpec, { training, runs = 1 }: FitOf<"criteria">, given: Given): Variant {
  if (runs === 1) return openOne(spec, training, given);
  // Seeds of other trials are small: these are none of theirs.
  const specs = Array.from({ length: runs }, (_, run) => ({ ...spec, seed: spec.seed + run * 1_000_003 }));
  const variants = specs.map((one) => openOne(one, training, given));
  const watched = variants.map(({ criteria }) =>
    Object.fromEntries(Object.entries(criteria).map(([name, one]) => [name, watchCriterion(one)])),
  );
  return {
    fit: averageRuns(variants.map(({ fit }, run) => observeEach(fit, Object.values(watched[run] ?? {})))),
    criteria: {},
    watched: averageWatched(watched),
  };
}

function* observeEach(fit: Iterable<DipObservation>, criteria: WatchedCriterion[]): Iterable<DipObservation> {
  for (const seen of fit) {
    const known = knownOf(seen);
    for (const criterion of criteria) criterion.observe(known);
    yield seen;
  }
}

function openOne(spec: DipFitSpec, training: FitOf<"criteria">["training"], given: Given): Variant {
  const { noisy, sigma, engine, own } = given;
  const { network: architecture, seed } = spec;
  if (architecture.kind !== "skip") {
    throw new RangeError(`network: got "${architecture.kind}" for the criteria, want "skip"`);
  }
  const channels = noisy.shape[3];
  const options = fitOptions(spec, engine);
  const inputChannels = training === "sure" ? channels : 32;
  const network = own(createSkipNetwork({ ...architecture, inputChannels, outputChannels: channels }, seed));
  if (training === "sure") {
    const { inputNoise: _, ...shared } = options;
    return {
      fit: fitSure(network, noisy, { ...shared, sigma }),
      criteria: { sure: stopAtZeroCrossing({ watches: "output" }), "sure-averaged": stopAtZeroCrossing() },
    };
  }
  if (training === "plain") return { fit: fitDip(network, noisy, options), criteria: plainCriteria(noisy, sigma) };
  const { target, rule, measure } = own(holdOutPixels(noisy, { share: 0.1 }, openStream(seed, "split")));
  return { fit: fitDip(network, target, { ...options, ...(measure && { measure }) }), criteria: { [training]: rule } };
}

function plainCriteria(image: tf.Tensor4D, sigma: number): Record<string, StoppingRule> {
  const noisy = image.dataSync() as Float32Array;
  return {
    last: stopAfter(),
    "fixed-500": stopAfter(500),
    "fixed-1000": stopAfter(1000),
    "fixed-2000": stopAfter(2000),
    discrepancy: stopAtDiscrepancy(noisy, { sigma }),
    "es-wmv": stopAtWindowedVariance(),
    "es-wmv-averaged": stopAtWindowedVariance({ watches: "averagedOutput" }),
    "es-emv": stopAtMovingVariance(),
    "es-emv-averaged": stopAtMovingVariance({ watches: "averagedOutput" }),
    "sub-images": stopAtSubImageDistance(image.shape),
    "self-reference-channels": stopAtSelfReference(noisy, image.shape, { from: "channels" }),
    "self-reference-neighbours": stopAtSelfReference(noisy, image.shape, { from: "neighbours" }),
  };
}
