import assert from "node:assert/strict";
import { test } from "node:test";
import { linearSchedule, openDenoiser, validationLosses } from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

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
