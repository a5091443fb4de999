import type { tf } from "../runtime";

/** @throws RangeError naming both shapes when they differ. */
export function requireSameShape(a: tf.Tensor, b: tf.Tensor): void {
  if (a.shape.join() !== b.shape.join()) {
    throw new RangeError(`images of different shapes: [${a.shape}] and [${b.shape}]`);
  }
}
