import { nativeTypes, tf, updateVariables } from "../runtime";
import { createOptimizer, type Optimizer, type OptimizerOptions, rateAt, rememberFor, requireRate } from "./optimizer";
import type { Parameters } from "./parameters";

/** Options of gradient descent with momentum. */
export interface MomentumOptions extends OptimizerOptions {
  /** In [0, 1); 0 for plain gradient descent. */
  momentum?: number;
  /** Nesterov's look-ahead. */
  nesterov?: boolean;
}

/**
 * Stochastic gradient descent with momentum in PyTorch's form: velocity <- momentum velocity + gradient, parameter <-
 * parameter - rate velocity (Sutskever et al. 2013, with the rate outside of the velocity).
 * @throws RangeError when an option is out of range.
 */
export function createMomentum(
  parameters: Parameters,
  { learningRate = 0.01, momentum = 0.9, nesterov = false, clipNorm }: MomentumOptions = {},
): Optimizer {
  requireRate(learningRate);
  if (!(momentum >= 0 && momentum < 1)) throw new RangeError(`momentum: got ${momentum}, want a number in [0, 1)`);
  const state = rememberFor(parameters, "velocity");
  const prepare = (iteration: tf.Scalar) => {
    const rate = rateAt(learningRate, iteration);
    return (name: string, parameter: tf.Variable, gradient: tf.Tensor) => {
      const velocity = state[`${name}.velocity`] as tf.Variable;
      updateVariables(
        "ResourceApplyMomentum",
        [
          { name: "T", kind: "type", value: nativeTypes.float32 },
          { name: "use_nesterov", kind: "bool", value: nesterov },
        ],
        [parameter, velocity],
        [rate, gradient, tf.scalar(momentum)],
        () => {
          velocity.assign(velocity.mul(momentum).add(gradient));
          const direction = nesterov ? gradient.add(velocity.mul(momentum)) : velocity;
          parameter.assign(parameter.sub(direction.mul(rate)));
        },
      );
    };
  };
  return createOptimizer(parameters, { state, prepare }, { ...(clipNorm !== undefined && { clipNorm }) });
}
