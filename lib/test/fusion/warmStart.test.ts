import assert from "node:assert/strict";
import { test } from "node:test";
import { createIdentity, createMasking } from "../../src/data";
import { alphaBarAt, finish, fromModelRange, linearSchedule, openDenoiser } from "../../src/ddpm";
import { restoreFromImage, startLevel } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { gaussianNetwork } from "../gaussianNetwork";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

const schedule = linearSchedule(200, { first: 1e-3, last: 0.1 });
const deviation = 0.3;
const shape: [number, number, number, number] = [1, 16, 16, 3];
const open = () => openDenoiser(gaussianNetwork(schedule, { mean: 0, deviation }), schedule, [16, 16, 3]);
const draw = (seed: number) => openStream(seed, "data").uniform(shape, 0.2, 0.8) as tf.Tensor4D;

test("the start's noise covers the error, and no earlier level's does", () => {
  const covers = (t: number) => (1 - alphaBarAt(schedule, t)) / alphaBarAt(schedule, t);
  for (const [risk, kappa] of [
    [1e-3, 1],
    [1e-3, 4],
    [0.02, 0.5],
  ] as const) {
    const t = startLevel(schedule, risk, kappa);
    assert.ok(covers(t) >= 4 * kappa * risk, `level ${t}`);
    assert.ok(covers(t - 1) < 4 * kappa * risk, `level ${t - 1}`);
  }
  assert.equal(startLevel(schedule, 1e9), 200);
  // An estimate may come out below zero: the first level then.
  assert.equal(startLevel(schedule, -1), 1);
  assert.throws(() => startLevel(schedule, Number.NaN), /risk: got NaN/);
  assert.throws(() => startLevel(schedule, 1, 0), /kappa: got 0/);
});

test("an error of the start is contracted by what the closed form says, the more the higher the level", () =>
  assertNoLeak(() => {
    // For N(0, s^2) DDIM's flow from t scales a difference by s / sqrt(aBar s^2 + 1 - aBar), and it starts as sqrt(aBar) of it.
    const denoiser = open();
    const [nothing, image] = [tf.zeros([1, 16, 16, 1]) as tf.Tensor4D, draw(1)];
    const measurement = createMasking(nothing);
    const measured = tf.zeros(shape) as tf.Tensor4D;
    const shifted = tf.tidy(() => image.add<tf.Tensor4D>(0.05));
    for (const from of [20, 60, 120]) {
      const descend = (start: tf.Tensor4D) =>
        finish(
          restoreFromImage(denoiser, { measurement, measured }, start, openStream(1, "sampler"), {
            from,
            evaluations: from,
            eta: 0,
            clip: false,
          }),
        ).sample;
      const [one, other] = [descend(image), descend(shifted)];
      const found = tf.tidy(() => fromModelRange(other).sub(fromModelRange(one)).mean().dataSync()[0] as number);
      const alphaBar = alphaBarAt(schedule, from);
      const factor = Math.sqrt((alphaBar * deviation ** 2) / (alphaBar * deviation ** 2 + 1 - alphaBar));
      // The levels are finite steps of the flow.
      assert.ok(Math.abs(found / (0.05 * factor) - 1) < 0.05, `from ${from}: ${found}, want ${0.05 * factor}`);
      disposeAll(one, other);
    }
    disposeAll(denoiser, nothing, measurement, image, shifted, measured);
  }));

test("what was measured is kept, the evaluations are counted, and a seed repeats itself", () =>
  assertNoLeak(() => {
    const [denoiser, truth, start, mask] = [open(), draw(2), draw(3), tf.ones([1, 16, 16, 1]) as tf.Tensor4D];
    const half = tf.tidy(() => mask.sub<tf.Tensor4D>(openStream(1, "data").uniform([1, 16, 16, 1], 0, 1).round()));
    const measurement = createMasking(half);
    const measured = measurement.measure(truth);
    const run = (seed: number, evaluations: number) =>
      finish(
        restoreFromImage(denoiser, { measurement, measured }, start, openStream(seed, "sampler"), {
          from: 50,
          evaluations,
        }),
      );
    const [one, again, other, long] = [run(1, 5), run(1, 5), run(2, 5), run(1, 99)];
    const kept = tf.tidy(() => measurement.measure(fromModelRange(one.sample)));
    assertClose(kept.dataSync(), measured.dataSync(), 1e-5);
    assert.deepEqual(again.sample.dataSync(), one.sample.dataSync());
    assert.notDeepEqual(other.sample.dataSync(), one.sample.dataSync());
    assert.deepEqual([one.evaluations, long.evaluations], [5, 50]);
    const samples = [one, again, other, long].map(({ sample }) => sample);
    disposeAll(denoiser, truth, start, mask, half, measurement, measured, kept, ...samples);
  }));

test("a level that the schedule does not have is refused", () => {
  const [denoiser, image] = [open(), draw(1)];
  const start = (from: number) =>
    restoreFromImage(denoiser, { measurement: createIdentity(), measured: image }, image, openStream(1, "sampler"), {
      from,
      evaluations: 5,
    }).next();
  assert.throws(() => start(0), /from: got 0, want a whole number from 1 to 200/);
  assert.throws(() => start(201), /from: got 201/);
  disposeAll(denoiser, image);
});
