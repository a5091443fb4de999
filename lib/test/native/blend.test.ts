import assert from "node:assert/strict";
import { test } from "node:test";
import { blendTowards, composeBlend } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose } from "../helpers";

for (const shape of [[], [1], [3, 5], [70_001], [2, 3, 5, 7]]) {
  test(`a running average of shape [${shape}]: the kernel equals TensorFlow's ops`, () =>
    tf.tidy(() => {
      const stream = openStream(1, "data");
      const [average, value, share] = [stream.normal(shape), stream.normal(shape, 1), tf.scalar(0.3)];
      const [found, expected] = [blendTowards(average, value, share), composeBlend(average, value, share)];
      assert.deepEqual(found.shape, shape);
      assertClose(found.dataSync(), expected.dataSync(), 1e-6);
    }));
}

test("a NaN stays where it is", () =>
  tf.tidy(() => {
    const found = blendTowards(tf.zeros([3]), tf.tensor1d([1, Number.NaN, 2]), tf.scalar(0.5));
    assert.deepEqual(Array.from(found.dataSync()), [0.5, Number.NaN, 1]);
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const apply = (value: number[], share: number[]) => () =>
    tf.tidy(() => blendTowards(tf.zeros([2, 3]), tf.zeros(value), tf.zeros(share)));
  assert.throws(
    apply([6], []),
    /DdpmDipBlend: got average \[2,3\], value \[6\], share \[\]; want average and value of one shape/,
  );
  assert.throws(apply([2, 3], [1]), /share \[1\]; want share as a number/);
});
