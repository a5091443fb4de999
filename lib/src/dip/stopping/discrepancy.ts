import { requirePositive } from "../../runtime";
import { meanSquaredDifference, type StoppingRule, type WatchedImage } from "./rule";

/** Options of the discrepancy principle. */
export interface DiscrepancyOptions {
  /** Standard deviation of the noise, known or estimated, image units. */
  sigma: number;
  /** Morozov's factor: the residual aimed at is (tau sigma)^2. */
  tau?: number;
  watches?: WatchedImage;
}

/**
 * The discrepancy principle (Morozov 1966): stops at the first iteration whose residual |f - y|^2 / d is at most
 * (tau sigma)^2, for an image that fits y better than the noise allows has begun to fit the noise. Returns that image,
 * or the last one when the residual never falls so far.
 * @param noisy y, in the order of the image tensor.
 * @throws RangeError when sigma or tau is not a finite number above 0.
 */
export function stopAtDiscrepancy(
  noisy: Float32Array,
  { sigma, tau = 1, watches = "averagedOutput" }: DiscrepancyOptions,
): StoppingRule {
  requirePositive({ sigma, tau });
  const level = (tau * sigma) ** 2;
  return {
    watches,
    memoryBytes: noisy.byteLength,
    observe(known) {
      const residual = meanSquaredDifference(known[watches], noisy);
      return { stop: residual <= level, best: known.iteration, criterion: residual };
    },
  };
}
