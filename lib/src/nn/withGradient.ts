import { tf } from "../runtime";

/** What a function gives, and what flows back to each of its inputs, from dy and what was saved on the way forward. */
interface Evaluated {
  value: tf.Tensor;
  gradient(dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[];
}

/** Evaluates a function of tensors that has a gradient of its own. @param forward may save what the gradient needs, once. */
export function withGradient<T extends tf.Tensor = tf.Tensor4D>(
  inputs: readonly tf.Tensor[],
  forward: (save: (tensors: tf.Tensor[]) => void) => Evaluated,
): T {
  const evaluate = tf.customGrad((...given) => {
    const { value, gradient } = forward(given[inputs.length] as unknown as tf.GradSaveFunc);
    return { value, gradFunc: (dy, saved) => gradient(dy as tf.Tensor, saved) };
  });
  return evaluate(...inputs) as T;
}
