import type { tf } from "../../runtime";
import type { FitDipOptions } from "../fitDip";

/** What is legitimately known at an iteration of a fit. Pixels are in the order of the image tensor. */
export interface Known {
  /** Counted from 1. */
  iteration: number;
  /** Mean squared error to the target that is fitted. */
  loss: number;
  output: Float32Array;
  averagedOutput: Float32Array;
}

/** The two images that an iteration has: the network's output, and the exponential average of the outputs so far. */
export type WatchedImage = "output" | "averagedOutput";

/** A rule's answer to an iteration. */
export interface Verdict {
  stop: boolean;
  /** The iteration whose image is to be returned, of those seen so far; 0 while the rule has no choice yet. */
  best: number;
  /** What the rule read, for display; NaN while it has no reading. */
  criterion: number;
}

/**
 * Decides when to stop a fit. It is shown one iteration at a time, never the clean image, and does not own the loop;
 * what a rule needs besides (a noise level, a held-out target) it is given when it is made.
 */
export interface StoppingRule {
  /** Which of the two images it watches, and returns. */
  readonly watches: WatchedImage;
  observe(known: Known): Verdict;
}

/** A rule that needs the training changed: what to fit instead of the noisy image, and the rule that goes with it. */
export interface PreparedTraining {
  /** What the network is fitted to; the target of `fitDip`. */
  target: tf.Tensor4D;
  /** What is measured of the network's image; the option of `fitDip`. */
  measure?: (image: tf.Tensor4D) => tf.Tensor4D;
  /** What is minimised instead of the squared error, and what it is told at each iteration; options of `fitDip`. */
  fit?: Pick<FitDipOptions, "objective" | "controls">;
  rule: StoppingRule;
  /** Frees the target and what the measurement holds. */
  dispose(): void;
}

/** Mean squared difference of two arrays of the same length. */
export function meanSquaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += ((a[i] as number) - (b[i] as number)) ** 2;
  return sum / a.length;
}
