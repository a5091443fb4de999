import { requirePositive } from "../../runtime";
import { meanSquaredDifference, type StoppingRule } from "./rule";

/**
 * The discrepancy principle (Morozov 1966): stops at the first iteration whose residual |f - y|^2 / d is at most
 * sigma^2, for an image that fits y better than the noise allows has begun to fit the noise. Returns that image,
 * or the last one when the residual never falls so far.
 * @param noisy y, in the order of the image tensor. @param options.sigma standard deviation of its noise, known or estimated, image
 *   units.
 * @throws RangeError when sigma is not a finite number above 0.
 */
export function stopAtDiscrepancy(noisy: Float32Array, { sigma }: { sigma: number }): StoppingRule {
  requirePositive({ sigma });
  return {
    watches: "averagedOutput",
    observe(known) {
      const residual = meanSquaredDifference(known.averagedOutput, noisy);
      return { stop: residual <= sigma ** 2, best: known.iteration, criterion: residual };
    },
  };
}
