import {
  checkPatience,
  defaultPatience,
  type PatienceOptions,
  type PreparedTraining,
  type StoppingRule,
  stopAtMinimum,
} from "../dip";
import type { RandomStream, tf } from "../runtime";
import type { DiffusionSplitOptions } from "./diffusionSplit";
import { judgeBySplit, type SplitJudge } from "./splitJudge";

/** Noise level, balance and patience of a split that stops a fit. */
export type SplitStoppingOptions = DiffusionSplitOptions & Partial<PatienceOptions>;

/** The rule that follows a judge's estimate on the averaged outputs to its minimum. */
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

function prepare(judge: SplitJudge, options: SplitStoppingOptions): PreparedTraining {
  const { target, imageOf, dispose } = judge;
  return { target, rule: stopByRisk(judge, options), imageOf, dispose };
}

function checked({
  patience = defaultPatience.patience,
  window = defaultPatience.window,
  ...split
}: SplitStoppingOptions): DiffusionSplitOptions {
  checkPatience({ patience, window });
  return split;
}

/**
 * Stops DIP where its estimated risk is least: the network is fitted to y+ of the diffusion split, and
 * |f - y-|^2 / d - sigma^2 (1 + 1/a^2), unbiased for its squared error, is followed to its minimum.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when an option is out of range.
 */
export function stopBySplit(noisy: tf.Tensor4D, options: SplitStoppingOptions, random: RandomStream): PreparedTraining {
  return prepare(judgeBySplit(noisy, checked(options), random), options);
}
