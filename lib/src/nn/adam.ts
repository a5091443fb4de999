import { requirePositive, requireWithin, tf, updateVariables } from "../runtime";
import { createOptimizer, type LearningRate, type Optimizer, rateAt, rememberFor, type UpdateRule } from "./optimizer";
import type { Parameters } from "./parameters";

/** Options of Adam; the defaults are the paper's. */
export interface AdamOptions {
  learningRate?: LearningRate;
  /** Decay of the second moment. */
  beta2?: number;
  /** Scales the gradients down to this norm over all parameters where it is larger. */
  clipNorm?: number | undefined;
}

/** The paper's decay of the first moment, and what keeps a step finite. */
const [beta1, epsilon] = [0.9, 1e-8];

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with PyTorch's place for epsilon: beside the corrected second moment's root.
 * @throws RangeError when an option is out of range.
 */
export function createAdam(parameters: Parameters, options: AdamOptions = {}): Optimizer {
  return createOptimizer(parameters, adamRule(parameters, options), options.clipNorm);
}

/** Adam as a rule, for an optimiser that moves some of its parameters so. @throws RangeError when an option is out of range. */
export function adamRule(
  parameters: Parameters,
  { learningRate = 1e-3, beta2 = 0.999 }: Omit<AdamOptions, "clipNorm">,
): UpdateRule {
  if (typeof learningRate === "number") requirePositive({ learningRate });
  requireWithin({ beta2 }, "[0, 1)");
  const state = { ...rememberFor(parameters, "firstMoment"), ...rememberFor(parameters, "secondMoment") };
  const prepare = (iteration: tf.Scalar) => {
    const rate = rateAt(learningRate, iteration);
    const [power1, power2] = [tf.pow(beta1, iteration), tf.pow(beta2, iteration)] as [tf.Scalar, tf.Scalar];
    const correction = tf.sub(1, power2).sqrt();
    // TensorFlow adds epsilon to the uncorrected root.
    const spread = correction.mul(epsilon);
    return (name: string, parameter: tf.Variable, gradient: tf.Tensor) => {
      const first = state[`${name}.firstMoment`] as tf.Variable;
      const second = state[`${name}.secondMoment`] as tf.Variable;
      updateVariables({
        op: "ResourceApplyAdam",
        attributes: { type: { T: "float32" } },
        variables: [parameter, first, second],
        values: [power1, power2, rate, tf.scalar(beta1), tf.scalar(beta2), spread, gradient],
        eager() {
          first.assign(first.add(gradient.sub(first).mul(1 - beta1)));
          const squared = gradient.square();
          second.assign(second.add(squared.sub(second).mul(1 - beta2)));
          const scale = rate.mul(correction).div(tf.sub(1, power1));
          parameter.assign(parameter.sub(first.mul(scale).div(second.sqrt().add(spread))));
        },
      });
    };
  };
  return { state, prepare };
}
