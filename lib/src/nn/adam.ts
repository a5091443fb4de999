import { tf } from "../runtime";
import type { Parameters } from "./parameters";

/** An optimiser over the parameters it was made for. */
export interface Optimizer {
  /**
   * Evaluates the loss, and moves the parameters one step against its gradient.
   * @returns the loss before the step.
   */
  step(loss: () => tf.Scalar): number;
  dispose(): void;
}

/** Options of Adam; the defaults are the paper's. */
export interface AdamOptions {
  learningRate?: number;
  beta1?: number;
  beta2?: number;
  epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1). All parameters are updated as one long vector: a dozen native calls a step
 * where an update a parameter takes hundreds.
 */
export function createAdam(
  parameters: Parameters,
  { learningRate = 1e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions = {},
): Optimizer {
  if (!(learningRate > 0)) throw new RangeError(`learningRate: got ${learningRate}, want a number above 0`);
  const variables = Object.values(parameters);
  const sizes = variables.map((variable) => variable.size);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const [firstMoment, secondMoment] = [startAtZero(total), startAtZero(total)];
  let steps = 0;
  return {
    step: (loss) =>
      tf.tidy(() => {
        const { value, grads } = tf.variableGrads(loss, variables);
        const gradient = tf.concat1d(variables.map((variable) => (grads[variable.name] as tf.Tensor).flatten()));
        steps++;
        firstMoment.assign(firstMoment.mul(beta1).add(gradient.mul(1 - beta1)));
        secondMoment.assign(secondMoment.mul(beta2).add(gradient.square().mul(1 - beta2)));
        const scale = learningRate / (1 - beta1 ** steps);
        const spread = secondMoment
          .div(1 - beta2 ** steps)
          .sqrt()
          .add(epsilon);
        const updates = tf.split(firstMoment.div(spread).mul(scale), sizes);
        variables.forEach((variable, i) => {
          variable.assign(variable.sub((updates[i] as tf.Tensor).reshape(variable.shape)));
        });
        return value.dataSync()[0] as number;
      }),
    dispose: () => tf.dispose([firstMoment, secondMoment]),
  };
}

function startAtZero(size: number): tf.Variable {
  return tf.tidy(() => tf.variable(tf.zeros([size]), false));
}
