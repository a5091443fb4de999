import type { tf } from "../../runtime";
import type { FitDipOptions } from "../fitDip";
import type { StoppingRule } from "./rule";

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
