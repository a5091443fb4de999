import assert from "node:assert/strict";
import { test } from "node:test";
import { composeReflectionPad, composeUpsampling, enlargeBilinear, mirrorMargins } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";
import { assertEqualFunctions } from "./equal";

type Shape = [number, number, number, number];

/** Runs both ways on the same draws. */
const hold = (
  found: (...inputs: tf.Tensor[]) => tf.Tensor,
  expected: (...inputs: tf.Tensor[]) => tf.Tensor,
  shapes: number[][],
  result: number[],
) =>
  assertNoLeak(() =>
    tf.tidy(() => {
      const inputs = shapes.map((shape, i) => openStream(2, "data").normal(shape, i));
      assertEqualFunctions(found, expected, inputs, { upper: openStream(7, "data").normal(result), tolerance: 1e-6 });
    }),
  );

for (const [images, height, width, channels] of [
  [1, 8, 8, 32],
  [2, 5, 3, 20],
  [1, 1, 7, 3],
  [2, 1, 1, 17],
] as Shape[]) {
  const shape: Shape = [images, height, width, channels];
  test(`bilinear enlargement of [${shape}]: the kernel equals TensorFlow's op`, () =>
    hold(
      (x) => enlargeBilinear(x as tf.Tensor4D),
      (x) => composeUpsampling(x as tf.Tensor4D, "bilinear"),
      [shape],
      [images, 2 * height, 2 * width, channels],
    ));
}

for (const [shape, margin] of [
  [[1, 8, 8, 32], 1],
  [[2, 5, 3, 20], 2],
  [[1, 2, 9, 3], 1],
  [[2, 3, 3, 17], 2],
] as [Shape, number][]) {
  const [images, height, width, channels] = shape;
  test(`mirroring a margin of ${margin} around [${shape}]: the kernel equals TensorFlow's ops`, () =>
    hold(
      (x) => mirrorMargins(x as tf.Tensor4D, margin),
      (x) => composeReflectionPad(x as tf.Tensor4D, margin),
      [shape],
      [images, height + 2 * margin, width + 2 * margin, channels],
    ));
}

test("a NaN goes where its pixel goes", () =>
  tf.tidy(() => {
    const values = new Float32Array(4 * 4 * 3);
    values[3 * 5 + 1] = Number.NaN;
    const x = tf.tensor4d(values, [1, 4, 4, 3]);
    const count = (tensor: tf.Tensor) => tensor.dataSync().filter(Number.isNaN).length;
    // A pixel inside is in four rows and four columns of the enlarged image; at (1, 1) it is mirrored three times.
    assert.equal(count(enlargeBilinear(x)), 16);
    assert.equal(count(mirrorMargins(x, 1)), 4);
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const refused = (run: () => tf.Tensor, message: RegExp) => assert.throws(() => tf.tidy(run), message);
  refused(
    () => enlargeBilinear(tf.zeros<tf.Rank.R2>([2, 3]) as unknown as tf.Tensor4D),
    /DdpmDipEnlarge: got x \[2,3\]; want x of 4 axes/,
  );
  refused(
    () => mirrorMargins(tf.zeros([1, 2, 5, 3]), 2),
    /DdpmDipReflectionPad: got x \[1,2,5,3\]; want .*larger than/,
  );
});
