import assert from "node:assert/strict";
import { test } from "node:test";
import { applyBatchNorm, composeBatchNorm } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";
import { assertEqualFunctions } from "./equal";

type Shape = [number, number, number, number];

const draw = (shape: Shape, mean = 0) => {
  const stream = openStream(5, "data");
  const channels = shape[3];
  return [
    stream.normal(shape).add<tf.Tensor4D>(mean),
    stream.normal([channels], 1),
    stream.normal([channels], 2),
  ] as const;
};

for (const [shape, slope, margin] of [
  [[1, 16, 16, 32], 1, 0],
  [[1, 16, 16, 32], 0.2, 0],
  [[1, 16, 16, 32], 0.2, 1],
  [[2, 7, 5, 20], 0.2, 2],
  [[2, 3, 33, 4], 0.1, 2],
  [[1, 2, 2, 17], 1, 1],
  [[1, 3, 700, 9], 0.2, 1],
] as [Shape, number, number][]) {
  test(`batch norm of [${shape}], slope ${slope}, margin ${margin}: the kernel equals TensorFlow's ops`, () =>
    assertNoLeak(() =>
      tf.tidy(() => {
        const settings = { epsilon: 1e-5, slope, margin };
        const [height, width] = [shape[1] + 2 * margin, shape[2] + 2 * margin];
        const upper = openStream(6, "data").normal([shape[0], height, width, shape[3]]);
        const [found, expected] = [applyBatchNorm, composeBatchNorm].map(
          (apply) =>
            (...[x, weight, bias]: tf.Tensor[]) =>
              apply(x as tf.Tensor4D, weight as tf.Tensor, bias as tf.Tensor, settings),
        ) as [() => tf.Tensor, () => tf.Tensor];
        assertEqualFunctions(found, expected, [...draw(shape, 1)], { upper });
      }),
    ));
}

test("batch norm of one pixel is the shift, and nothing flows back to the pixel", () =>
  tf.tidy(() => {
    const [x, weight, bias] = draw([1, 1, 1, 6]);
    const settings = { epsilon: 1e-5, slope: 1, margin: 0 };
    assert.deepEqual(applyBatchNorm(x, weight, bias, settings).dataSync(), bias.dataSync());
    const dx = tf.grad((input) => applyBatchNorm(input as tf.Tensor4D, weight, bias, settings).sum())(x);
    assert.ok(dx.dataSync().every((value) => value === 0));
  }));

test("the variance survives a mean a thousand times the deviation", () =>
  tf.tidy(() => {
    const [x, weight, bias] = draw([1, 40, 40, 8]);
    const settings = { epsilon: 1e-5, slope: 1, margin: 0 };
    const far = applyBatchNorm(x.add(1024), weight, bias, settings);
    const near = applyBatchNorm(x, weight, bias, settings);
    assert.ok((far.sub(near).abs().max().dataSync()[0] as number) < 1e-3);
  }));

test("a NaN spoils its channel, and no other", () =>
  tf.tidy(() => {
    const [x, weight, bias] = draw([1, 9, 9, 20]);
    const values = x.dataSync();
    values[20 * 40 + 3] = Number.NaN;
    const spoilt = tf.tensor4d(values, [1, 9, 9, 20]);
    const settings = { epsilon: 1e-5, slope: 0.2, margin: 1 };
    const y = applyBatchNorm(spoilt, weight, bias, settings);
    const dx = tf.grad((input) => applyBatchNorm(input as tf.Tensor4D, weight, bias, settings).sum())(spoilt);
    for (const tensor of [y, dx]) {
      tensor.dataSync().forEach((value, i) => {
        assert.equal(Number.isNaN(value), i % 20 === 3);
      });
    }
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const settings = { epsilon: 1e-5, slope: 1, margin: 3 };
  const apply = (shape: Shape, channels: number) =>
    tf.tidy(() => applyBatchNorm(tf.zeros(shape), tf.ones([channels]), tf.zeros([4]), settings));
  assert.throws(
    () => apply([1, 8, 8, 4], 5),
    /DdpmDipBatchNorm: got x \[1,8,8,4\], weight \[5\], bias \[4\]; want weight and bias with one value a channel of x/,
  );
  assert.throws(
    () => apply([1, 8, 3, 4], 4),
    /DdpmDipBatchNorm: got x \[1,8,3,4\].*; want sides of x larger than the margin/,
  );
});
