import { nativeTypes, runNative, tf } from "../runtime";

/** x sigmoid(x), the SiLU (Elfwing et al. 2018). */
export function silu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => x.mul(x.sigmoid()) as T);
}

/** x where it is above 0, else slope x (Maas et al. 2013). One native op forward and one backward. */
export function leakyRelu<T extends tf.Tensor>(x: T, slope: number): T {
  const attributes = [
    { name: "T", kind: "type", value: nativeTypes.float32 },
    { name: "alpha", kind: "float", value: slope },
  ] as const;
  const activate = tf.customGrad((input, save) => {
    (save as unknown as tf.GradSaveFunc)([input as tf.Tensor]);
    return {
      value: runNative("LeakyRelu", [...attributes], [input as tf.Tensor], 1)[0] as tf.Tensor,
      gradFunc: (dy, [kept]) =>
        runNative("LeakyReluGrad", [...attributes], [dy as tf.Tensor, kept as tf.Tensor], 1)[0] as tf.Tensor,
    };
  });
  return tf.tidy(() => activate(x) as T);
}
