import assert from "node:assert/strict";
import { test } from "node:test";
import { applyGroupNorm, composeGroupNorm } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";
import { assertEqualFunctions } from "./equal";

type Shape = [number, number, number, number];

const draw = (shape: Shape) => {
  const [stream, [images, , , channels]] = [openStream(3, "data"), shape];
  const x = stream.normal(shape).add<tf.Tensor4D>(2);
  return [x, stream.normal([channels], 1), stream.normal([channels], 2), stream.normal([images, channels], 3)] as const;
};

const none = () => tf.tensor1d([]);

for (const [shape, groups] of [
  [[2, 8, 8, 32], 8],
  [[3, 5, 7, 24], 8],
  [[2, 3, 1, 5], 5],
  [[2, 33, 17, 40], 4],
] as [Shape, number][]) {
  for (const silu of [false, true]) {
    for (const shifted of [false, true]) {
      const named = `[${shape}] in ${groups} groups${silu ? ", SiLU" : ""}${shifted ? ", shifted" : ""}`;
      test(`group norm of ${named}: the kernel equals TensorFlow's ops`, () =>
        assertNoLeak(() =>
          tf.tidy(() => {
            const settings = { groups, epsilon: 1e-5, silu };
            const inputs = draw(shape).slice(0, shifted ? 4 : 3);
            const upper = openStream(4, "data").normal(shape);
            assertEqualFunctions(
              (...[x, weight, bias, shift]) =>
                applyGroupNorm(x as tf.Tensor4D, weight as tf.Tensor, bias as tf.Tensor, shift ?? none(), settings),
              (...[x, weight, bias, shift]) => {
                const shown = shift ? tf.add(x as tf.Tensor, shift.expandDims(1).expandDims(1)) : x;
                return composeGroupNorm(shown as tf.Tensor4D, weight as tf.Tensor, bias as tf.Tensor, settings);
              },
              inputs,
              // Few values a group have a small variance, by which rounding is divided.
              { upper, tolerance: 5e-5 },
            );
          }),
        ));
    }
  }
}

test("group norm of one pixel in groups of one channel is SiLU of the shift", () =>
  tf.tidy(() => {
    const [x, weight, bias] = draw([2, 1, 1, 6]);
    const y = applyGroupNorm(x, weight, bias, none(), { groups: 6, epsilon: 1e-5, silu: true });
    const expected = bias.mul(bias.sigmoid()).expandDims(0).tile([2, 1]).reshape([2, 1, 1, 6]);
    // (x - mean) is 0 up to rounding, times the root of 1 / epsilon.
    assert.ok((y.sub(expected).abs().max().dataSync()[0] as number) < 1e-3);
  }));

test("SiLU keeps to its limits far from zero", () =>
  tf.tidy(() => {
    const x = tf.tensor4d([-1e30, -200, -88, 88, 200, 1e30], [1, 1, 6, 1]).tile<tf.Tensor4D>([1, 1, 1, 20]);
    const y = applyGroupNorm(x.mul(0), tf.ones([20]), tf.fill([20], 200), none(), {
      groups: 20,
      epsilon: 1,
      silu: true,
    });
    assert.ok(y.dataSync().every((value) => value === 200));
    const low = applyGroupNorm(x.mul(0), tf.ones([20]), tf.fill([20], -200), none(), {
      groups: 20,
      epsilon: 1,
      silu: true,
    });
    assert.ok(low.dataSync().every((value) => Math.abs(value) < 1e-30));
  }));

test("a NaN spoils its group of its image, and no other", () =>
  tf.tidy(() => {
    const shape: Shape = [2, 9, 9, 20];
    const [x, weight, bias] = draw(shape);
    const values = x.dataSync();
    values[9 * 9 * 20 + 20 * 5 + 6] = Number.NaN;
    const spoilt = tf.tensor4d(values, shape);
    const apply = (input: tf.Tensor) =>
      applyGroupNorm(input as tf.Tensor4D, weight, bias, none(), { groups: 4, epsilon: 1e-5, silu: true });
    for (const tensor of [apply(spoilt), tf.grad((input) => apply(input).sum())(spoilt)]) {
      tensor.dataSync().forEach((value, i) => {
        assert.equal(Number.isNaN(value), i >= 9 * 9 * 20 && Math.floor((i % 20) / 5) === 1);
      });
    }
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const apply = (channels: number, shift: number[], groups = 2) =>
    tf.tidy(() => {
      const settings = { groups, epsilon: 1e-5, silu: false };
      return applyGroupNorm(tf.zeros([1, 8, 8, 4]), tf.ones([channels]), tf.zeros([4]), tf.zeros(shift), settings);
    });
  assert.throws(
    () => apply(5, [0]),
    /DdpmDipGroupNorm: got x \[1,8,8,4\], weight \[5\], bias \[4\], shift \[0\]; want weight and bias with one value/,
  );
  assert.throws(() => apply(4, [2, 4]), /shift \[2,4\]; want shift empty or with one value an image and channel of x/);
  assert.throws(() => apply(4, [0], 3), /want channels of x that divide into the groups/);
});
