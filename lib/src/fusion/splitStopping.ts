import { defaultPatience, type PatienceOptions, type StoppingRule, stopAtMinimum } from "../dip";
import type { SplitJudge } from "./splitJudge";

/**
 * Stops DIP where its estimated risk is least: follows the estimate of the averaged outputs to its minimum.
 * @throws RangeError when patience or window is no whole number above 0.
 */
export function stopByRisk(
  judge: SplitJudge,
  { patience = defaultPatience.patience, window = defaultPatience.window }: Partial<PatienceOptions> = {},
): StoppingRule {
  return stopAtMinimum(
    {
      judges: "averagedOutput",
      memoryBytes: judge.heldOut.byteLength,
      read: ({ averagedOutput }) => judge.estimate(averagedOutput).risk,
    },
    { patience, window },
  );
}
