import assert from "node:assert/strict";
import { test } from "node:test";
import { growthOver, openTraining } from "./growth";

test("10,000 steps leave memory as it was", (context) => {
  const training = openTraining();
  const { tensors, residentMiB } = growthOver(10_000, 1000, training.step);
  training.dispose();
  context.diagnostic(`resident memory grew by ${residentMiB.toFixed(1)} MiB over the last 9,000 steps`);
  assert.equal(tensors, 0);
  // One tensor of 8 KiB kept a step would be 70 MiB.
  assert.ok(residentMiB < 16, `resident memory grew by ${residentMiB} MiB`);
});

test("200 recordings, made, run and disposed of, leave memory as it was", (context) => {
  const { tensors, residentMiB } = growthOver(200, 40, () => {
    const training = openTraining();
    training.step(1);
    training.dispose();
  });
  context.diagnostic(`resident memory grew by ${residentMiB.toFixed(1)} MiB over the last 160 recordings`);
  assert.equal(tensors, 0);
  assert.ok(residentMiB < 32, `resident memory grew by ${residentMiB} MiB`);
});
