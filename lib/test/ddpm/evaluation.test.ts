import assert from "node:assert/strict";
import { test } from "node:test";
import { boundTerm, linearSchedule, openDenoiser, posterior, stepTables, validationLosses } from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

const schedule = linearSchedule(100, { first: 1e-3, last: 0.1 });
const silent = openDenoiser({ apply: (xt) => tf.zerosLike(xt) }, schedule, [8, 8, 3]);
const draw = (seed: number) => openStream(seed, "data").uniform([4, 8, 8, 3], 0, 1) as tf.Tensor4D;

test("a network that says nothing has the loss 1 at every level, within four standard errors", () =>
  assertNoLeak(() => {
    const images = draw(1);
    const losses = validationLosses(silent, images, [1, 50, 100], openStream(1, "noise"), { batch: 3 });
    assert.deepEqual(
      losses.map(({ t }) => t),
      [1, 50, 100],
    );
    for (const { loss } of losses) assertClose([loss], [1], 4 * Math.sqrt(2 / images.size));
    assert.deepEqual(validationLosses(silent, images, [50], openStream(1, "noise"), { batch: 3 })[0], losses[1]);
    images.dispose();
  }));

test("an exact prediction of x_0 has no error", () => {
  const images = draw(1);
  const known = tf.variable(images.mul(2).sub(1), false) as tf.Tensor4D;
  const knowing = openDenoiser({ prediction: "clean", apply: () => known.clone() }, schedule, [8, 8, 3], {
    engine: "eager",
  });
  for (const { loss, cleanError } of validationLosses(knowing, images, [1, 50], openStream(1, "noise"), { batch: 4 })) {
    assertClose([loss, cleanError], [0, 0], 1e-6);
  }
  disposeAll(images, known, knowing);
});

test("the divergence of a step is that of two Gaussians", () => {
  const tables = stepTables(schedule);
  const t = 40;
  const { cleanWeight, variance } = posterior(schedule, t);
  const clean = tf.fill([1, 2, 2, 1], 0.2) as tf.Tensor4D;
  const noisy = tf.fill([1, 2, 2, 1], 0.5) as tf.Tensor4D;
  const times = tf.tensor1d([t], "int32");
  const term = (predicted: number, logVariance?: number) =>
    boundTerm(tables, {
      clean,
      noisy,
      predicted: tf.fill([1, 2, 2, 1], predicted) as tf.Tensor4D,
      ...(logVariance !== undefined && { logVariance: tf.fill([1, 2, 2, 1], logVariance) as tf.Tensor4D }),
      times,
    }).dataSync()[0] as number;
  assertClose([term(0.2)], [0], 1e-6);
  // KL(N(m, v) | N(m', v')) = (log(v'/v) - 1 + v/v' + (m - m')^2/v')/2
  assertClose([term(0.5)], [(cleanWeight * 0.3) ** 2 / variance / 2 / Math.LN2], 1e-4);
  const wide = Math.log(variance) + 1;
  assertClose([term(0.2, wide)], [(1 - 1 + Math.exp(-1)) / 2 / Math.LN2], 1e-5);
});

test("at the first level the chances of all 256 grey values add up to 1", () => {
  const tables = stepTables(schedule);
  const { variance } = posterior(schedule, 2);
  assertClose(tables.logSmall.slice(1, 3), [Math.log(variance), Math.log(variance)], 1e-12);
  const grey = range(256).map((value) => value / 127.5 - 1);
  const clean = tf.tensor4d(grey, [256, 1, 1, 1]);
  const noisy = tf.fill([256, 1, 1, 1], 0.1) as tf.Tensor4D;
  const predicted = tf.fill([256, 1, 1, 1], 0.12) as tf.Tensor4D;
  const logVariance = tf.fill([256, 1, 1, 1], Math.log(0.05 ** 2)) as tf.Tensor4D;
  const bits = boundTerm(tables, { clean, noisy, predicted, logVariance, times: tf.fill([256], 1, "int32") });
  const total = Array.from(bits.dataSync()).reduce((sum, value) => sum + 2 ** -value, 0);
  assertClose([total], [1], 1e-3);
});
