import { checkpointFile } from "ddpm-dip/ddpm";
import {
  densityAndCoverage,
  extractAll,
  type FeatureExtractor,
  type Features,
  frechetDistance,
  frechetInterval,
  loadClassifier,
  loadImagenetFeatures,
  precisionAndRecall,
  randomFeatures,
} from "ddpm-dip/metrics";
import type { tf } from "ddpm-dip/runtime";
import { inParts } from "./batches";
import { boundedCache } from "./boundedCache";
import type { DdpmSampleSpec } from "./spec";

/** Sets of images, [batch, size, size, 3] in [0, 1]. */
export interface ComparedSets {
  /** Of what was trained on. */
  reference: tf.Tensor4D;
  /** As many others of it as there are samples. */
  others: tf.Tensor4D;
  drawn: tf.Tensor4D;
}

/** Images that a network describes at once, so that the widest layer fits in memory. */
const atOnce = 25;

/** Of the bootstrap: each takes about a second with hundreds of features. */
const resamples = 50;

/** What the real images of a spec look like to an extractor: the same for many trials, and slow to find out. */
const seen = boundedCache<{ reference: Features; floor: number }>(8);

/** The distances and shares of each kind of features, under its name: a random network, and what the spec names. */
export function compareSets(spec: DdpmSampleSpec, sets: ComparedSets): Record<string, number> {
  const kinds: [string, () => FeatureExtractor][] = [["random", () => randomFeatures()]];
  const { classifier, imagenet } = spec;
  if (classifier) kinds.push(["classifier", () => loadClassifier(checkpointFile(classifier))]);
  if (imagenet) kinds.push(["imagenet", () => loadImagenetFeatures(checkpointFile(imagenet))]);
  return Object.fromEntries(
    kinds.flatMap(([name, open]) => {
      const extractor = open();
      try {
        return Object.entries(compareBy(extractor, spec, sets)).map(([key, value]) => [`${name}.${key}`, value]);
      } finally {
        extractor.dispose();
      }
    }),
  );
}

function compareBy(extractor: FeatureExtractor, spec: DdpmSampleSpec, sets: ComparedSets): Record<string, number> {
  const { reference: real, floor } = describeReal(extractor, spec, sets);
  const made = extractAll(extractor, inParts(sets.drawn, atOnce));
  const { distance, low, high } = frechetInterval(real, made, { resamples });
  return {
    frechet: distance,
    frechetLow: low,
    frechetHigh: high,
    // What as many of the training images score themselves: below it no sampler can be expected.
    frechetFloor: floor,
    ...precisionAndRecall(real, made),
    ...densityAndCoverage(real, made),
  };
}

function describeReal(
  extractor: FeatureExtractor,
  { reference, count, size, seeds, classifier, imagenet }: DdpmSampleSpec,
  sets: ComparedSets,
): { reference: Features; floor: number } {
  const key = JSON.stringify([extractor.name, classifier, imagenet, reference, count, size, seeds.data]);
  const known = seen.get(key);
  if (known) return known;
  const featuresOf = (set: tf.Tensor4D) => extractAll(extractor, inParts(set, atOnce));
  const features = featuresOf(sets.reference);
  const found = { reference: features, floor: frechetDistance(features, featuresOf(sets.others)) };
  seen.set(key, found);
  return found;
}
