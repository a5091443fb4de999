import { runNative, tf } from "../runtime";
import { withGradient } from "./withGradient";

const attributes = { type: { T: "float32" } } as const;

/**
 * Adds a value a channel by TensorFlow's own op, which a recorded step fuses into the convolution before it.
 * @param x [..., channels]. @param bias [channels].
 */
export function addBias<T extends tf.Tensor>(x: T, bias: tf.Tensor): T {
  return tf.tidy(() =>
    withGradient<T>([x, bias], () => ({
      value: runNative("BiasAdd", attributes, [x, bias], 1)[0] as tf.Tensor,
      gradient: (dy) => [dy, biasGradient(dy)],
    })),
  );
}

/** What flows back to a bias. @param dy [..., channels]. @returns [channels]. */
export function biasGradient(dy: tf.Tensor): tf.Tensor {
  return runNative("BiasAddGrad", attributes, [dy], 1)[0] as tf.Tensor;
}
