import assert from "node:assert/strict";
import { tf } from "../../src/runtime";
import { assertClose } from "../helpers";

/**
 * Fails unless two functions have the same results and gradients up to the rounding of float32: within a share of the largest
 * value of each tensor.
 * @param upper what flows back, of the results' shape.
 */
export function assertEqualFunctions(
  found: (...inputs: tf.Tensor[]) => tf.Tensor,
  expected: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  { upper, tolerance = 1e-5 }: { upper: tf.Tensor; tolerance?: number },
): void {
  tf.tidy(() => {
    const [own, other] = [found, expected].map((apply) => [
      apply(...inputs),
      ...tf.grads((...given) =>
        apply(...(given as tf.Tensor[]))
          .mul(upper)
          .sum(),
      )(inputs),
    ]) as [tf.Tensor[], tf.Tensor[]];
    assert.equal(own.length, inputs.length + 1);
    own.forEach((tensor, i) => {
      const reference = other[i] as tf.Tensor;
      assert.deepEqual(tensor.shape, reference.shape);
      const largest = Math.max(1, reference.abs().max().dataSync()[0] as number);
      assertClose(tensor.div(largest).dataSync(), reference.div(largest).dataSync(), tolerance);
    });
  });
}
