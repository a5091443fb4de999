import assert from "node:assert/strict";
import { test } from "node:test";
import { cosineSchedule, createUnet, trainDdpm } from "../../src/ddpm";
import { countParameters } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

const tiny = { baseChannels: 8, multipliers: [1, 2] };
const batch = (step: number) => openStream(3, "data").uniform([4, 8, 8, 3], 0, 1, step) as tf.Tensor4D;

function trainLosses(steps: number): number[] {
  const network = createUnet(tiny, 1);
  const losses: number[] = [];
  for (const { loss } of trainDdpm(network, cosineSchedule(50), batch, { steps, learningRate: 2e-3 }))
    losses.push(loss);
  network.dispose();
  return losses;
}

test("the default network has 778,083 parameters and keeps the image's size", () => {
  const network = createUnet({}, 1);
  assert.equal(countParameters(network.parameters), 778_083);
  const output = network.apply(tf.zeros([2, 12, 20, 3]), tf.tensor1d([1, 500]));
  assert.deepEqual(output.shape, [2, 12, 20, 3]);
  network.dispose();
});

test("training is repeatable, lowers the loss and leaves nothing behind", () =>
  assertNoLeak(() => {
    const losses = trainLosses(60);
    assert.deepEqual(trainLosses(5), losses.slice(0, 5));
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    assert.ok(mean(losses.slice(-20)) < 0.7 * mean(losses.slice(0, 5)), `losses ${losses}`);
  }));

test("sizes that do not fit are refused", () => {
  const network = createUnet(tiny, 1);
  assert.throws(
    () => network.apply(tf.zeros([1, 9, 8, 3]), tf.tensor1d([1])),
    /got images of 8x9 with 3 channels, want sides divisible by 2/,
  );
  assert.throws(() => createUnet({ baseChannels: 12 }, 1), /baseChannels: got 12, want a multiple of 8/);
  network.dispose();
});
