import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addNoise,
  alphaBarAt,
  linearSchedule,
  type NoisePredictor,
  posterior,
  predictClean,
  sampleAncestral,
  sampleDdim,
  spreadTimes,
} from "../../src/ddpm";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const schedule = linearSchedule(1000);
const [mu, deviation, count] = [0.3, 0.2, 20_000];

// For data N(mu, s^2) the best noise prediction is known: sqrt(1 - aBar) (x - sqrt(aBar) mu) / (aBar s^2 + 1 - aBar).
const exact: NoisePredictor = (xt, t) => {
  const alphaBar = alphaBarAt(schedule, t);
  const factor = Math.sqrt(1 - alphaBar) / (alphaBar * deviation ** 2 + 1 - alphaBar);
  return tf.tidy(() => xt.sub<tf.Tensor4D>(Math.sqrt(alphaBar) * mu).mul(factor));
};
const start = () => openStream(1, "sampler").normal([1, count, 1, 1]) as tf.Tensor4D;

function lastOf(samples: Iterable<{ sample: tf.Tensor4D; evaluations: number }>): {
  values: Float32Array;
  evaluations: number;
} {
  let values: Float32Array = new Float32Array();
  let evaluations = 0;
  for (const observation of samples) {
    values = observation.sample.dataSync() as Float32Array;
    evaluations = observation.evaluations;
  }
  return { values, evaluations };
}

test("predictClean takes out what addNoise put in", () => {
  const x0 = tf.randomUniform([2, 4, 4, 3], -1, 1, "float32", 1) as tf.Tensor4D;
  const noise = tf.randomNormal(x0.shape, 0, 1, "float32", 2) as tf.Tensor4D;
  assertClose(predictClean(schedule, addNoise(schedule, x0, noise, 300), noise, 300).dataSync(), x0.dataSync(), 1e-5);
});

test("each image may have its own step", () => {
  const x0 = tf.ones([2, 1, 1, 1]) as tf.Tensor4D;
  const xt = addNoise(schedule, x0, tf.zeros([2, 1, 1, 1]), [1, 1000]);
  assertClose(xt.dataSync(), [Math.sqrt(0.9999), Math.sqrt(4.035829765375676e-5)], 1e-6);
});

test("ancestral sampling with the exact predictor has the mean and the deviation that its recursion gives", () => {
  const times = spreadTimes(1000, 250);
  const random = openStream(2, "sampler");
  const { values, evaluations } = lastOf(sampleAncestral(schedule, exact, start(), random, { clip: false, times }));
  // The predicted x_0 is linear in x_t, so the variance follows var_s = (c_0 k + c_t)^2 var_t + posterior variance.
  let variance = 1;
  let mean = 0;
  for (const [i, t] of times.entries()) {
    const alphaBar = alphaBarAt(schedule, t);
    const k = (Math.sqrt(alphaBar) * deviation ** 2) / (alphaBar * deviation ** 2 + 1 - alphaBar);
    const step = posterior(schedule, t, times[i + 1] ?? 0);
    const predicted = mu + k * (mean - Math.sqrt(alphaBar) * mu);
    mean = step.cleanWeight * predicted + step.noisyWeight * mean;
    variance = (step.cleanWeight * k + step.noisyWeight) ** 2 * variance + step.variance;
  }
  assert.equal(evaluations, 250);
  checkMonteCarlo(Array.from(values), mean);
  checkMonteCarlo(
    Array.from(values, (value) => (value - mean) ** 2),
    variance,
  );
  // The fixed small variance falls short of the data's own deviation by little at this number of steps.
  assertClose([mean, Math.sqrt(variance)], [mu, deviation], 0.015);
});

test("DDIM with the exact predictor is the known affine map from noise to data", () => {
  const first = start();
  const { values } = lastOf(sampleDdim(schedule, exact, first, { clip: false }));
  const alphaBar = alphaBarAt(schedule, 1000);
  // Along the deterministic flow a value keeps its quantile.
  const scale = deviation / Math.sqrt(alphaBar * deviation ** 2 + 1 - alphaBar);
  const expected = Array.from(first.dataSync(), (x) => mu + scale * (x - Math.sqrt(alphaBar) * mu));
  assertClose(values, expected, 0.01);
});

test("sampling leaves nothing behind, finished or broken off", () =>
  assertNoLeak(() => {
    const first = tf.zeros([1, 4, 4, 1]) as tf.Tensor4D;
    const times = spreadTimes(1000, 5);
    for (const _ of sampleDdim(schedule, exact, first, { times })) {
      // all
    }
    for (const { t } of sampleAncestral(schedule, exact, first, openStream(1, "sampler"), { times })) {
      if (t < 800) break;
    }
    first.dispose();
  }));

test("levels that do not fall are refused", () => {
  assert.throws(() => [...sampleDdim(schedule, exact, start(), { times: [10, 20] })], /times: got 10 before 20/);
  assert.throws(
    () => [...sampleDdim(schedule, exact, start(), { times: [1001] })],
    /want levels falling from at most 1000/,
  );
  assert.throws(() => spreadTimes(10, 11), /count: got 11/);
  assert.deepEqual(spreadTimes(1000, 4), [1000, 667, 334, 1]);
});
