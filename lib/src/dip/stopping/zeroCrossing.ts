import type { StoppingRule, WatchedImage } from "./rule";

/**
 * The zero-crossing criterion of DF-STE (Jo, Chun, Choi 2021): a fit by SURE (`fitSure`) stops at the first iteration whose
 * loss, the estimated risk, is below zero, for a risk cannot be. The authors return the average without that iteration's
 * output, so the image is the one of the iteration before.
 */
export function stopAtZeroCrossing({ watches = "averagedOutput" as WatchedImage } = {}): StoppingRule {
  return {
    watches,
    observe({ iteration, loss }) {
      const stop = loss < 0;
      return { stop, best: stop ? Math.max(1, iteration - 1) : iteration, criterion: loss };
    },
  };
}
