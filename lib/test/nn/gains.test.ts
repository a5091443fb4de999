import assert from "node:assert/strict";
import { test } from "node:test";
import { createAdam, createGainAdam } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

type Vector = tf.Variable<tf.Rank.R1>;

test("each output channel's kernel moves by one factor, by Adam on that factor, and nothing else moves", () =>
  assertNoLeak(() => {
    const random = openStream(1, "network");
    const first = random.normal([3, 3, 2, 4]) as tf.Tensor4D;
    const kernel = tf.variable(first);
    const [bias, gain] = [0, 1].map((value) => tf.tidy(() => tf.variable(tf.fill([4], value)))) as [Vector, Vector];
    const image = openStream(2, "data").normal([1, 6, 6, 2]) as tf.Tensor4D;
    const loss = (weight: tf.Tensor4D) => tf.tidy(() => tf.conv2d(image, weight, 1, "same").add(bias).sub(1).square());
    const optimizer = createGainAdam({ "c.weight": kernel, "c.bias": bias }, { learningRate: 0.1 });
    const twin = createAdam({ gain }, { learningRate: 0.1 });
    for (let step = 1; step <= 3; step++) {
      tf.dispose(optimizer.minimize(() => ({ loss: loss(kernel as never).mean() as tf.Scalar }), step));
      tf.dispose(twin.minimize(() => ({ loss: loss(first.mul(gain)).mean() as tf.Scalar }), step));
    }
    const wanted = tf.tidy(() => first.mul(gain).dataSync());
    assertClose(kernel.dataSync(), wanted, 1e-5);
    assert.ok(gain.dataSync().every((value) => Math.abs(value - 1) > 0.01));
    assert.deepEqual([...bias.dataSync()], [0, 0, 0, 0]);
    for (const one of [first, kernel, bias, gain, image, optimizer, twin]) one.dispose();
  }));

test("parameters without a convolution are refused", () => {
  const bias = tf.tidy(() => tf.variable(tf.zeros([4])));
  assert.throws(() => createGainAdam({ bias }), /parameters: none is the kernel of a convolution/);
  bias.dispose();
});
