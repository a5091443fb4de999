import { nativeTypes, runNative, tf } from "../runtime";

const attributes = [{ name: "T", kind: "type", value: nativeTypes.float32 }] as const;

/**
 * Adds a value a channel by TensorFlow's own op, which a recorded step fuses into the convolution before it.
 * @param x [..., channels]. @param bias [channels].
 */
export function addBias<T extends tf.Tensor>(x: T, bias: tf.Tensor): T {
  const add = tf.customGrad((input, values) => ({
    value: runNative("BiasAdd", attributes, [input as tf.Tensor, values as tf.Tensor], 1)[0] as tf.Tensor,
    gradFunc: (dy) => [dy as tf.Tensor, biasGradient(dy as tf.Tensor)],
  }));
  return tf.tidy(() => add(x, bias) as T);
}

/** What flows back to a bias. @param dy [..., channels]. @returns [channels]. */
export function biasGradient(dy: tf.Tensor): tf.Tensor {
  return runNative("BiasAddGrad", attributes, [dy], 1)[0] as tf.Tensor;
}
