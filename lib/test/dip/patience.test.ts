import assert from "node:assert/strict";
import { test } from "node:test";
import { stopAfterPatience, stopAtWindowedVariance } from "../../src/dip";
import { assertClose } from "../helpers";

test("patience stops the right number of iterations after the minimum", () => {
  const rule = stopAfterPatience({ patience: 3 });
  const stops = [5, 4, 3, 3.5, 3.2, 3.1].map((criterion, i) => rule.observe(i + 1, criterion));
  assert.deepEqual(stops, [false, false, false, false, false, true]);
  assert.equal(rule.best, 3);
});

test("a window averages before it compares and waits until it is full", () => {
  const rule = stopAfterPatience({ patience: 100, window: 2 });
  rule.observe(1, 0);
  assert.equal(rule.best, 0);
  rule.observe(2, 6);
  rule.observe(3, 1);
  rule.observe(4, 2);
  assert.equal(rule.best, 4);
});

test("patience refuses values that are no whole numbers", () => {
  assert.throws(() => stopAfterPatience({ patience: 0 }), /patience: got 0/);
  assert.throws(() => stopAfterPatience({ patience: 1, window: 1.5 }), /window: got 1.5/);
});

test("the moving variance equals the one computed from the window", () => {
  const outputs = Array.from({ length: 7 }, (_, k) => Float32Array.from({ length: 5 }, (_, i) => Math.sin(3 * k + i)));
  const rule = stopAtWindowedVariance({ window: 3 });
  const followed = outputs.map(
    (output, i) => rule.observe({ iteration: i + 1, loss: 0, output, averagedOutput: output }).criterion,
  );
  assert.deepEqual(followed.slice(0, 2), [Number.NaN, Number.NaN]);
  for (let k = 2; k < 7; k++) {
    const window = outputs.slice(k - 2, k + 1);
    let expected = 0;
    for (let i = 0; i < 5; i++) {
      const values = window.map((output) => output[i] as number);
      const mean = values.reduce((sum, value) => sum + value, 0) / 3;
      expected += values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 3 / 5;
    }
    assertClose([followed[k] as number], [expected], 1e-9);
  }
});
