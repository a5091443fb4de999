import assert from "node:assert/strict";
import { test } from "node:test";
import { createSkipNetwork, fitDip } from "../../src/dip";
import { curriculumLevels, openCurriculum } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const shape: [number, number, number, number] = [1, 8, 8, 3];
const target = openStream(1, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const open = (options: object = {}) =>
  openCurriculum(shape, { count: 3, heaviest: 0.4, patience: 2, window: 1, ...options }, openStream(1, "split"));

test("the stages fall from the heaviest to none by each schedule", () => {
  assertClose(curriculumLevels({ count: 5, heaviest: 0.4 }), [0.4, 0.3, 0.2, 0.1, 0], 1e-12);
  assertClose(curriculumLevels({ count: 3, heaviest: 1, schedule: "cosine" }), [1, Math.SQRT1_2, 0], 1e-12);
  assertClose(curriculumLevels({ count: 4, heaviest: 1, schedule: "geometric" }), [1, 20 ** -0.5, 0.05, 0], 1e-12);
  assert.deepEqual(curriculumLevels({ count: 1, heaviest: 1 }), [0]);
});

test("fresh targets are others at each iteration and have the clean target as their mean; fixed ones stay", () => {
  const mean = tf.tidy(() => {
    const fresh = open();
    const drawn = Array.from({ length: 400 }, (_, i) => fresh.targetAt(i + 1, target));
    assert.notDeepEqual(drawn[0]?.dataSync(), drawn[1]?.dataSync());
    return tf.stack(drawn).mean(0).dataSync();
  });
  // 0.4 / sqrt(400) is a standard error: five of them for 192 values.
  assertClose(mean, target.dataSync(), 0.1);
  tf.tidy(() => {
    const fixed = open({ draws: "fixed" });
    assert.deepEqual(fixed.targetAt(1, target).dataSync(), fixed.targetAt(9, target).dataSync());
  });
});

test("a stage ends when the risk has not fallen for its patience; after the last it is over", () => {
  const stages = open();
  const seen: [number, number, boolean][] = [];
  // Falls, then stays: patience 2 ends a stage at its third iteration without a better reading.
  for (let iteration = 1; !stages.over; iteration++) {
    stages.observe(iteration, iteration === 2 ? 0.5 : 1);
    seen.push([stages.stage, stages.level, stages.over]);
    assert.ok(iteration < 50);
  }
  assert.deepEqual(seen[0], [0, 0.4, false]);
  assert.deepEqual([...new Set(seen.map(([stage]) => stage))], [0, 1, 2]);
  assert.deepEqual(seen.at(-1), [2, 0, true]);
  const skipped = open();
  skipped.advance(1);
  assert.deepEqual([skipped.stage, skipped.level, skipped.over], [1, 0.2, false]);
});

test("in the last stage it is the plain fit, before it is not; it repeats itself and leaves nothing behind", () =>
  assertNoLeak(() => {
    const lossesOf = (count: number) => {
      const network = createSkipNetwork({ filters: [8, 8], skipFilters: 2, inputChannels: 4 }, 1);
      const stages = count > 0 ? open({ count }) : undefined;
      const losses: number[] = [];
      for (const { loss } of fitDip(network, target, { iterations: 5, seed: 1, ...stages?.fit })) losses.push(loss);
      network.dispose();
      return losses;
    };
    assertClose(lossesOf(1), lossesOf(0), 1e-7);
    const staged = lossesOf(3);
    assert.deepEqual(lossesOf(3), staged);
    // The first target has a variance of 0.16 more.
    assert.ok((staged[0] as number) > (lossesOf(0)[0] as number) + 0.1, `losses ${staged}`);
  }));

test("what is out of range is refused", () => {
  assert.throws(() => curriculumLevels({ count: 0, heaviest: 1 }), /count: got 0/);
  assert.throws(() => curriculumLevels({ count: 2, heaviest: 0 }), /heaviest: got 0/);
  assert.throws(() => open({ patience: 0 }), /patience: got 0/);
});
