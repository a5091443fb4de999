import { runNative, tf } from "../runtime";
import { withGradient } from "./withGradient";

/** x sigmoid(x), the SiLU (Elfwing et al. 2018). */
export function silu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => x.mul(x.sigmoid()) as T);
}

/**
 * x where it is above 0, else slope x (Maas et al. 2013). One native op forward and one backward.
 * @param slope of at least 0.
 */
export function leakyRelu<T extends tf.Tensor>(x: T, slope: number): T {
  const attributes = { type: { T: "float32" }, float: { alpha: slope } } as const;
  return tf.tidy(() =>
    withGradient<T>([x], (save) => {
      const value = runNative("LeakyRelu", attributes, [x], 1)[0] as tf.Tensor;
      // The gradient asks for signs alone, which are the input's; an input kept would stop a recorded step from fusing the
      // convolution before it.
      save([value]);
      return { value, gradient: (dy, saved) => runNative("LeakyReluGrad", attributes, [dy, ...saved], 1) };
    }),
  );
}

/** What flows back through max(x, 0). @param y its result, above 0 where x is. */
export function reluGradient(dy: tf.Tensor, y: tf.Tensor): tf.Tensor {
  return runNative("ReluGrad", { type: { T: "float32" } }, [dy, y], 1)[0] as tf.Tensor;
}
