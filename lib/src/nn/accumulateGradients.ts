import { tf } from "../runtime";
import { type Evaluation, findGradients, type Gradients, rememberFor } from "./optimizer";
import type { Parameters } from "./parameters";

/** Gradients gathered over several batches, for a larger batch than memory holds. */
export interface GradientAccumulator {
  /** Evaluates a loss and adds its gradient; may stand in a recorded step. */
  add<T extends Evaluation>(evaluate: () => T): T;
  /** The mean gradient since the last `take`, which is forgotten by it; may stand in a recorded step. */
  take(): Gradients;
  dispose(): void;
}

/** Gathers gradients: record one step that adds and one that takes and applies, and run the first several times. */
export function accumulateGradients(parameters: Parameters): GradientAccumulator {
  const sums = rememberFor(parameters, "gradient");
  const count = tf.tidy(() => tf.variable(tf.scalar(0), false));
  return {
    add: (evaluate) =>
      tf.tidy(() => {
        const { evaluation, gradients } = findGradients(parameters, evaluate);
        for (const [name, gradient] of Object.entries(gradients)) {
          const sum = sums[`${name}.gradient`] as tf.Variable;
          sum.assign(sum.add(gradient));
        }
        count.assign(count.add(1));
        return evaluation;
      }),
    take: () =>
      tf.tidy(() => {
        const mean = (name: string) => (sums[`${name}.gradient`] as tf.Variable).div(count);
        const gradients = Object.fromEntries(Object.keys(parameters).map((name) => [name, mean(name)]));
        for (const sum of Object.values(sums)) sum.assign(tf.zerosLike(sum));
        count.assign(tf.zerosLike(count));
        return gradients;
      }),
    dispose: () => tf.dispose([count, ...Object.values(sums)]),
  };
}
