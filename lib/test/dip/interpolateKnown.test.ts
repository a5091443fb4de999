import assert from "node:assert/strict";
import { test } from "node:test";
import { drawHoleMask, drawPixelMask } from "../../src/data";
import { interpolateKnown } from "../../src/dip";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const random = openStream(1, "data");

test("what is constant where it is known is that constant everywhere, scattered or around a hole, at odd sizes too", () =>
  assertNoLeak(() => {
    for (const [height, width] of [
      [16, 16],
      [15, 22],
      [1, 7],
    ] as const) {
      const flat = tf.tidy(() =>
        tf
          .tensor1d([0.2, 0.5, 0.9])
          .tile([height * width])
          .reshape([1, height, width, 3]),
      );
      const mask = drawPixelMask(height, width, 0.3, random.child("mask"));
      const spread = interpolateKnown(flat as tf.Tensor4D, mask, 1);
      assert.deepEqual(spread.shape, [1, height, width, 3]);
      assertClose(spread.dataSync(), flat.dataSync(), 1e-6);
      tf.dispose([flat, mask, spread]);
    }
  }));

test("with all known it is a Gaussian blur, and one known pixel fills the image", () =>
  assertNoLeak(() => {
    const side = 17;
    const impulse = tf.tidy(
      () =>
        tf
          .oneHot([side * 8 + 8], side * side)
          .reshape([1, side, side, 1])
          .toFloat() as tf.Tensor4D,
    );
    const all = tf.ones([1, side, side, 1]) as tf.Tensor4D;
    const blurred = interpolateKnown(impulse, all, 1);
    const weights = [-3, -2, -1, 0, 1, 2, 3].map((at) => Math.exp(-(at ** 2) / 2));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    const values = blurred.arraySync()[0] as number[][][];
    const expected = (down: number, across: number) =>
      ((weights[down + 3] as number) * (weights[across + 3] as number)) / sum ** 2;
    for (const [down, across] of [
      [0, 0],
      [1, 0],
      [-2, 3],
    ] as const) {
      assert.ok(
        Math.abs((values[8 + down]?.[8 + across]?.[0] as number) - expected(down, across)) < 1e-6,
        `${down}, ${across}`,
      );
    }
    assert.equal(values[0]?.[0]?.[0], 0);
    const one = tf.tidy(() => impulse.mul<tf.Tensor4D>(0.7));
    const filled = interpolateKnown(one, impulse, 1);
    assertClose(filled.dataSync(), Array(side * side).fill(0.7), 1e-5);
    tf.dispose([impulse, all, blurred, one, filled]);
  }));

test("a hole is filled between the values at its rim, and what stands in it has no say", () =>
  assertNoLeak(() => {
    const ramp = tf.tidy(() => tf.linspace(0, 1, 32).reshape([1, 1, 32, 1]).tile([1, 32, 1, 1]) as tf.Tensor4D);
    const mask = drawHoleMask(32, 32, 0.15);
    const spread = interpolateKnown(ramp, mask, 1);
    const other = tf.tidy(() => ramp.add<tf.Tensor4D>(tf.sub(1, mask).mul(5)));
    const again = interpolateKnown(other, mask, 1);
    assertClose(again.dataSync(), spread.dataSync(), 1e-6);
    const middle = (spread.arraySync()[0] as number[][][])[16] as number[][];
    for (let x = 1; x < 32; x++) {
      assert.ok((middle[x]?.[0] as number) >= (middle[x - 1]?.[0] as number) - 0.02, `${middle}`);
    }
    assert.ok(Math.abs((middle[15]?.[0] as number) - 0.5) < 0.1, `${middle[15]}`);
    tf.dispose([ramp, mask, spread, other, again]);
  }));

test("bad input is refused", () =>
  assertNoLeak(() => {
    const image = tf.zeros([1, 8, 8, 3]) as tf.Tensor4D;
    const none = tf.zeros([1, 8, 8, 1]) as tf.Tensor4D;
    assert.throws(() => interpolateKnown(image, none, 1), /mask: got no known pixel/);
    assert.throws(() => interpolateKnown(image, none, 0), /blur: got 0, want a number above 0/);
    tf.dispose([image, none]);
  }));
