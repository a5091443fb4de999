import { tf } from "../runtime";

/** x sigmoid(x), the SiLU (Elfwing et al. 2018). */
export function silu<T extends tf.Tensor>(x: T): T {
  return tf.tidy(() => x.mul(x.sigmoid()) as T);
}
