import assert from "node:assert/strict";
import { test } from "node:test";
import { addGaussianNoise } from "../../src/data";
import { estimateBySplit, splitByDiffusion, stopByRisk } from "../../src/fusion";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

const sigma = 0.1;
const shape: [number, number, number, number] = [1, 12, 12, 3];
const clean = openStream(1, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const known = (iteration: number, image: Float32Array) => ({
  iteration,
  loss: 0,
  output: image,
  averagedOutput: image,
});

test("it fits the half to train on, and its reading is unbiased for the squared error of an image made of that half", () =>
  assertNoLeak(() => {
    const readings = Array.from({ length: 150 }, (_, seed) => {
      const noisy = addGaussianNoise(clean, sigma, openStream(seed, "noise"));
      const estimator = estimateBySplit(noisy, { sigma, a: 0.7 }, openStream(seed, "split"));
      const rule = stopByRisk(estimator, { window: 1 });
      const split = splitByDiffusion(noisy, { sigma, a: 0.7 }, openStream(seed, "split"));
      assert.deepEqual(estimator.target.dataSync(), split.plus.dataSync());
      // Whatever is made of the first half, such as a blend with grey.
      const made = tf.tidy(() => estimator.target.mul(0.6).add(0.2));
      const { criterion } = rule.observe(known(1, made.dataSync() as Float32Array));
      const truth = tf.tidy(() => tf.squaredDifference(made, clean).mean().dataSync()[0] as number);
      estimator.dispose();
      tf.dispose([noisy, made, split.plus, split.minus]);
      return criterion - truth;
    });
    checkMonteCarlo(readings, 0);
  }));

test("it stops a patience after the best image, and names that", () => {
  const noisy = addGaussianNoise(clean, sigma, openStream(1, "noise"));
  const estimator = estimateBySplit(noisy, { sigma }, openStream(1, "split"));
  const rule = stopByRisk(estimator, { patience: 3, window: 1 });
  const far = clean.add(0.5).dataSync() as Float32Array;
  const near = clean.dataSync() as Float32Array;
  const verdicts = [far, near, far, far, far].map((image, i) => rule.observe(known(i + 1, image)));
  assert.deepEqual(
    verdicts.map(({ stop, best }) => [stop, best]),
    [
      [false, 1],
      [false, 2],
      [false, 2],
      [false, 2],
      [true, 2],
    ],
  );
  estimator.dispose();
});

test("a noise level, a balance and a patience out of range are refused", () => {
  assert.throws(
    () => estimateBySplit(clean, { sigma: 0 }, openStream(1, "split")),
    /sigma: got 0, want a number above 0/,
  );
  assert.throws(() => estimateBySplit(clean, { sigma, a: 0 }, openStream(1, "split")), /a: got 0/);
  return assertNoLeak(() => {
    const estimator = estimateBySplit(clean, { sigma }, openStream(1, "split"));
    for (const options of [{ patience: 0 }, { patience: 1.5 }, { window: 0 }]) {
      const named = /^RangeError: (patience|window): got (0|1.5), want a whole number above 0$/;
      assert.throws(() => stopByRisk(estimator, options), named);
    }
    estimator.dispose();
  });
});
