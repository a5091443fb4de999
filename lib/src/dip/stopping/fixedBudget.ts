import { requireCounts } from "../../runtime";
import type { StoppingRule } from "./rule";

/**
 * Stops after a fixed number of iterations, the practice of the Deep Image Prior paper (Ulyanov et al. 2018), and
 * returns the image of that iteration; with no number the last iterate, whenever the fit ends.
 * @throws RangeError when the number is not a whole number above 0.
 */
export function stopAfter(iterations = Number.POSITIVE_INFINITY): StoppingRule {
  if (iterations !== Number.POSITIVE_INFINITY) requireCounts({ iterations });
  return {
    watches: "averagedOutput",
    observe: ({ iteration }) => ({ stop: iteration >= iterations, best: iteration, criterion: Number.NaN }),
  };
}
