import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createSkipNetwork,
  fitDip,
  holdOutPixels,
  type Known,
  type StoppingRule,
  stopAfter,
  stopAtDiscrepancy,
  stopAtMovingVariance,
  stopAtSelfReference,
  stopAtSubImageDistance,
  stopAtWindowedVariance,
  stopAtZeroCrossing,
} from "../../src/dip";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range } from "../helpers";

const shape = [1, 8, 8, 3] as const;
const size = 192;

function randomImage(seed: number, scale = 1): Float32Array {
  const draw = openStream(seed, "data").numbers();
  return Float32Array.from({ length: size }, () => 0.5 + scale * (draw() - 0.5));
}

function known(iteration: number, output: Float32Array, averagedOutput = output, loss = 0): Known {
  return { iteration, loss, output, averagedOutput };
}

/** Shows a rule a series of images and tells where it stopped and what it returns. */
function replay(rule: StoppingRule, images: Float32Array[]): { stopped: number; best: number; criteria: number[] } {
  const criteria: number[] = [];
  let best = 0;
  for (const [i, image] of images.entries()) {
    const verdict = rule.observe(known(i + 1, image));
    criteria.push(verdict.criterion);
    best = verdict.best;
    if (verdict.stop) return { stopped: i + 1, best, criteria };
  }
  return { stopped: 0, best, criteria };
}

test("a fixed budget stops there and returns that image; the last iterate never stops", () => {
  const images = range(6).map(() => randomImage(1));
  assert.deepEqual({ ...replay(stopAfter(4), images), criteria: 0 }, { stopped: 4, best: 4, criteria: 0 });
  assert.deepEqual({ ...replay(stopAfter(), images), criteria: 0 }, { stopped: 0, best: 6, criteria: 0 });
  assert.throws(() => stopAfter(0), /iterations: got 0/);
});

test("the discrepancy principle stops at the first residual that is no larger than the noise", () => {
  const noisy = randomImage(1);
  const residuals = [0.3, 0.2, 0.1, 0.05, 0.02];
  const images = residuals.map((residual) => noisy.map((value) => value + residual));
  const { stopped, best, criteria } = replay(stopAtDiscrepancy(noisy, { sigma: 0.11 }), images);
  assert.deepEqual([stopped, best], [3, 3]);
  assertClose(criteria, [0.09, 0.04, 0.01], 1e-6);
  const never = replay(stopAtDiscrepancy(noisy, { sigma: 0.001 }), images);
  assert.deepEqual([never.stopped, never.best], [0, 5]);
  assert.throws(() => stopAtDiscrepancy(noisy, { sigma: 0 }), /sigma: got 0/);
});

test("rules look at the image that they say", () => {
  const [near, far] = [randomImage(1), randomImage(2)];
  const seen = (watches: "output" | "averagedOutput") => {
    const rule = stopAtMovingVariance({ watches });
    rule.observe(known(1, near, far));
    return rule.observe(known(2, far, far)).criterion;
  };
  assert.ok(seen("output") > 0);
  assert.equal(seen("averagedOutput"), 0);
});

test("ES-WMV returns the last image of the window of least variance", () => {
  // A jitter that shrinks to the eighth image and grows after it.
  const images = range(20).map((i) => randomImage(i + 1, 0.01 + 0.1 * Math.abs(i - 7)));
  const rule = stopAtWindowedVariance({ window: 3, patience: 6 });
  const { stopped, best, criteria } = replay(rule, images);
  assert.deepEqual([stopped, best], [15, 9]);
  assert.ok(criteria.slice(0, 2).every(Number.isNaN));
  assert.throws(() => stopAtWindowedVariance({ window: 1 }), /window: got 1/);
});

test("ES-EMV follows the authors' recursion", () => {
  const images = range(30).map((i) => randomImage(i + 1, 0.05 + 0.1 * Math.abs(i - 10)));
  const alpha = 0.1;
  const { criteria, best } = replay(stopAtMovingVariance(), images);
  let mean = Array.from(images[0] as Float32Array);
  let variance = 0;
  const expected = images.slice(1).map((image) => {
    const squares = mean.reduce((sum, m, i) => sum + ((image[i] as number) - m) ** 2, 0) / size;
    variance = (1 - alpha) * variance + alpha * (1 - alpha) * squares;
    mean = mean.map((m, i) => (1 - alpha) * m + alpha * (image[i] as number));
    return variance;
  });
  assertClose(criteria.slice(1), expected, 1e-7);
  assert.equal(best, 2 + expected.indexOf(Math.min(...expected)));
});

test("the distance of sub-images is nothing for a flat image and closed-form for a checkerboard", () => {
  const flat = new Float32Array(size).fill(0.3);
  const board = Float32Array.from({ length: size }, (_, i) => {
    const pixel = Math.floor(i / 3);
    return (pixel + Math.floor(pixel / 8)) % 2 === 0 ? 0.5 : 0.1;
  });
  const { criteria } = replay(stopAtSubImageDistance(shape), [flat, board]);
  assertClose(criteria, [0, 0.16], 1e-6);
  assert.throws(() => stopAtSubImageDistance([1, 1, 8, 3]), /sub-images: got 8x1/);
});

test("self-reference predicts a channel from the others, and a pixel from its neighbours", () => {
  const grey = randomImage(3);
  const coloured = Float32Array.from({ length: size }, (_, i) => {
    const base = grey[Math.floor(i / 3)] as number;
    return [base, 0.5 * base + 0.1, 0.2 + 0.3 * base][i % 3] as number;
  });
  // Channels that are straight-line functions of one another are predicted without error.
  const rule = stopAtSelfReference(coloured, shape, { from: "channels" });
  assertClose([rule.observe(known(1, coloured)).criterion], [0], 1e-9);
  const ramp = Float32Array.from({ length: size }, (_, i) => 0.01 * (Math.floor(i / 3) % 8));
  const neighbours = stopAtSelfReference(ramp, shape, { from: "neighbours" });
  // A ramp is its neighbours' mean but at the mirrored left and right ends, off by half a step.
  assertClose([neighbours.observe(known(1, ramp)).criterion], [(2 / 8) * 0.005 ** 2], 1e-10);
  assert.throws(
    () => stopAtSelfReference(new Float32Array(64), [1, 8, 8, 1], { from: "channels" }),
    /got an image of 1 channel, want colour/,
  );
});

test("the noise at a pixel is independent of the self-reference there", () => {
  const draw = openStream(4, "data");
  for (const from of ["channels", "neighbours"] as const) {
    const noise = draw.normal([1, 32, 32, 3], from === "channels" ? 1 : 2).dataSync() as Float32Array;
    const rule = stopAtSelfReference(noise, [1, 32, 32, 3], { from });
    // |n - r|^2 = |n|^2 + |r|^2 - 2 n.r, and |r|^2 is read by an image of zeros.
    const both = rule.observe(known(1, noise)).criterion;
    const alone = rule.observe(known(2, new Float32Array(noise.length))).criterion;
    const power = noise.reduce((sum, value) => sum + value * value, 0) / noise.length;
    const correlation = (power + alone - both) / 2 / Math.sqrt(power * Math.max(alone, 1e-3));
    assert.ok(Math.abs(correlation) < 0.08, `${from}: correlation ${correlation}`);
  }
});

test("the zero crossing returns the image from before the loss turned negative", () => {
  const rule = stopAtZeroCrossing();
  const image = randomImage(1);
  const verdicts = [0.2, 0.1, -0.01].map((loss, i) => rule.observe(known(i + 1, image, image, loss)));
  assert.deepEqual(
    verdicts.map(({ stop, best }) => [stop, best]),
    [
      [false, 1],
      [false, 2],
      [true, 2],
    ],
  );
});

test("held-out pixels are as many as asked for, are not in the target, and are what the rule reads", () =>
  assertNoLeak(() => {
    const noisy = openStream(1, "data").uniform([1, 8, 8, 3], 1, 2) as tf.Tensor4D;
    const { target, measure, rule, dispose } = holdOutPixels(noisy, { share: 0.1, window: 1 }, openStream(1, "split"));
    const values = target.dataSync();
    const held = range(64).filter((pixel) => values[3 * pixel] === 0);
    assert.equal(held.length, 6);
    const outside = Float32Array.from(noisy.dataSync(), (value, i) =>
      held.includes(Math.floor(i / 3)) ? value + 0.5 : 99,
    );
    assertClose([rule.observe(known(1, outside)).criterion], [0.25], 1e-6);
    const measured = tf.tidy(() => (measure as (x: tf.Tensor4D) => tf.Tensor4D)(noisy).dataSync());
    assert.deepEqual(measured, values);
    assert.throws(() => holdOutPixels(noisy, { share: 1 }, openStream(1, "split")), /share: got 1/);
    dispose();
    noisy.dispose();
  }));

test("where only some pixels are known, the held-out ones are of those, and the loss sees the rest of them", () =>
  assertNoLeak(() => {
    const noisy = openStream(2, "data").uniform([1, 8, 8, 3], 0.1, 1) as tf.Tensor4D;
    const known = tf.tidy(() => tf.concat([tf.ones([1, 8, 5, 1]), tf.zeros([1, 8, 3, 1])], 2) as tf.Tensor4D);
    const { target, dispose } = holdOutPixels(noisy, { share: 0.1, known }, openStream(1, "split"));
    const [values, mask] = [target.dataSync(), known.dataSync()];
    const shown = range(64).filter((pixel) => values[3 * pixel] !== 0);
    assert.equal(shown.length, 40 - 4);
    assert.ok(shown.every((pixel) => mask[pixel] === 1));
    dispose();
    tf.dispose([noisy, known]);
  }));

test("of two known pixels one is held out, and of fewer none can be", () =>
  assertNoLeak(() => {
    const noisy = openStream(2, "data").uniform([1, 4, 4, 3], 0.1, 1) as tf.Tensor4D;
    const knowing = (count: number) =>
      tf.tidy(() => tf.range(0, 16).less(count).cast("float32").reshape([1, 4, 4, 1]) as tf.Tensor4D);
    const [two, one] = [knowing(2), knowing(1)];
    const { target, dispose } = holdOutPixels(noisy, { share: 0.9, known: two }, openStream(1, "split"));
    assert.equal(target.dataSync().filter((value) => value !== 0).length, 3);
    assert.throws(
      () => holdOutPixels(noisy, { share: 0.1, known: one }, openStream(1, "split")),
      /known: got 1 of the pixels, want two, one to fit and one to hold out/,
    );
    dispose();
    tf.dispose([noisy, two, one]);
  }));

test("a network fits around held-out pixels in a recorded step", () =>
  assertNoLeak(() => {
    const noisy = openStream(1, "data").uniform([1, 8, 8, 3], 0, 1) as tf.Tensor4D;
    const { target, measure, dispose } = holdOutPixels(noisy, { share: 0.25 }, openStream(1, "split"));
    const network = createSkipNetwork({ filters: [8], skipFilters: 2, inputChannels: 4 }, 1);
    const options = { iterations: 3, ...(measure ? { measure } : {}) };
    const eager = Array.from(fitDip(network, target, { ...options, engine: "eager" }), ({ loss }) => loss);
    network.dispose();
    const again = createSkipNetwork({ filters: [8], skipFilters: 2, inputChannels: 4 }, 1);
    assertClose(
      Array.from(fitDip(again, target, options), ({ loss }) => loss),
      eager,
      1e-4,
    );
    again.dispose();
    dispose();
    noisy.dispose();
  }));

test("a patience out of range is refused before anything is made", () =>
  assertNoLeak(() => {
    const noisy = tf.zeros([1, 4, 4, 3]) as tf.Tensor4D;
    const bad = { patience: 0 };
    assert.throws(() => holdOutPixels(noisy, { share: 0.1, ...bad }, openStream(1, "split")), /patience: got 0/);
    noisy.dispose();
  }));
