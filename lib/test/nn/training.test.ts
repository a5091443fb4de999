import assert from "node:assert/strict";
import { test } from "node:test";
import { averageImages, averageWeights, createAdam, type Parameters } from "../../src/nn";
import { tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

test("three steps of Adam equal PyTorch's", () => {
  // q = [1, -2, 3]; Adam([q], lr=0.1); three steps on (q**2 * [1, 2, .5]).sum()
  const q = tf.variable(tf.tensor1d([1, -2, 3]));
  const optimizer = createAdam({ q }, { learningRate: 0.1 });
  const losses = [1, 2, 3].map(() => optimizer.step(() => q.square().mul([1, 2, 0.5]).sum()));
  assertClose(q.dataSync(), [0.7015863, -1.7006234, 2.7003815], 1e-5);
  assertClose([losses[0] as number], [13.5], 1e-5);
});

test("Adam leaves nothing behind", () =>
  assertNoLeak(() => {
    const start = tf.ones([3]);
    const parameters: Parameters = { q: tf.variable(start) };
    const optimizer = createAdam(parameters);
    for (let i = 0; i < 5; i++) optimizer.step(() => (parameters.q as tf.Variable).square().sum());
    optimizer.dispose();
    tf.dispose([start, parameters.q as tf.Variable]);
  }));

test("a learning rate of zero is refused", () => {
  assert.throws(() => createAdam({}, { learningRate: 0 }), /learningRate: got 0, want a number above 0/);
});

test("the average of images is 0.9 old + 0.1 new, started at the first", () =>
  assertNoLeak(() => {
    const average = averageImages(0.9);
    const [one, two] = [tf.ones([1, 1, 1, 1]) as tf.Tensor4D, tf.fill([1, 1, 1, 1], 2) as tf.Tensor4D];
    assert.throws(() => average.value(), /the average of no images/);
    average.update(one);
    average.update(two);
    assertClose(average.value().dataSync(), [1.1], 1e-6);
    average.dispose();
    tf.dispose([one, two]);
  }));

test("the average of weights follows them without touching them", () => {
  const w = tf.variable(tf.tensor1d([1]));
  const { average, update, dispose } = averageWeights({ w }, 0.5);
  w.assign(tf.tensor1d([3]));
  update();
  assertClose((average.w as tf.Variable).dataSync(), [2], 1e-6);
  assertClose(w.dataSync(), [3], 0);
  dispose();
});
