import { defaultPatience, type PatienceOptions, type StoppingRule, stopAtMinimum } from "../dip";
import type { SplitEstimator } from "./splitEstimator";

/**
 * Stops DIP where its estimated risk is least: follows the estimate of the averaged outputs to its minimum.
 * @throws RangeError when patience or window is no whole number above 0.
 */
export function stopByRisk(estimator: SplitEstimator, options: Partial<PatienceOptions> = {}): StoppingRule {
  return stopAtMinimum(
    {
      watches: "averagedOutput",
      read: ({ averagedOutput }) => estimator.estimate(averagedOutput).risk,
    },
    { ...defaultPatience, ...options },
  );
}
