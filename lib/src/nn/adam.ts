import { nativeTypes, requireWithin, tf, updateVariables } from "../runtime";
import {
  createOptimizer,
  type Optimizer,
  type OptimizerOptions,
  rateAt,
  rememberFor,
  requireRate,
  type UpdateRule,
} from "./optimizer";
import type { Parameters } from "./parameters";

/** Options of Adam; the defaults are the paper's. */
export interface AdamOptions extends OptimizerOptions {
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1), with PyTorch's place for epsilon: beside the corrected second moment's root.
 * @throws RangeError when an option is out of range.
 */
export function createAdam(parameters: Parameters, { clipNorm, ...options }: AdamOptions = {}): Optimizer {
  return createOptimizer(parameters, adamRule(parameters, options), { ...(clipNorm !== undefined && { clipNorm }) });
}

/** Adam as a rule, for an optimiser that moves some of its parameters so. @throws RangeError when an option is out of range. */
export function adamRule(
  parameters: Parameters,
  { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: Omit<AdamOptions, "clipNorm">,
): UpdateRule {
  requireRate(learningRate);
  requireWithin({ beta1, beta2 }, "[0, 1)");
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
      updateVariables(
        "ResourceApplyAdam",
        [{ name: "T", kind: "type", value: nativeTypes.float32 }],
        [parameter, first, second],
        [power1, power2, rate, tf.scalar(beta1), tf.scalar(beta2), spread, gradient],
        () => {
          first.assign(first.add(gradient.sub(first).mul(1 - beta1)));
          second.assign(
            second.add(
              gradient
                .square()
                .sub(second)
                .mul(1 - beta2),
            ),
          );
          const scale = rate.mul(correction).div(tf.sub(1, power1));
          parameter.assign(parameter.sub(first.mul(scale).div(second.sqrt().add(spread))));
        },
      );
    };
  };
  return { state, prepare };
}
