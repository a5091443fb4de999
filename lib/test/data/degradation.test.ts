import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import {
  addGaussianNoise,
  addPoissonNoise,
  createDownsampling,
  drawHoleMask,
  drawPixelMask,
  invertStabilised,
  readMask,
  readTextMask,
  stabilisePoisson,
  writeImage,
} from "../../src/data";
import { checkMonteCarlo } from "../../src/metrics";
import { defineStep, openStream, record, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range, temporaryFolder } from "../helpers";

const counting = tf.tensor4d(range(16), [1, 4, 4, 1]);
const noise = (seed = 1) => openStream(seed, "noise");

test("noise has the asked deviation and is not clipped", () => {
  const noisy = addGaussianNoise(tf.zeros([1, 100, 100, 3]), 0.1, noise());
  const { variance } = tf.moments(noisy);
  assertClose([Math.sqrt(variance.dataSync()[0] as number)], [0.1], 0.1 * 4 * Math.sqrt(1 / (2 * 30_000)));
  assert.ok((noisy.min().dataSync()[0] as number) < 0);
  assert.throws(() => addGaussianNoise(counting, -1, noise()), /sigma: got -1/);
});

test("Poisson noise has the image as its mean and the image over the peak as its variance", () => {
  const [level, peak] = [0.4, 20];
  const image = tf.fill([1, 100, 100, 3], level) as tf.Tensor4D;
  const noisy = addPoissonNoise(image, peak, noise());
  const values = Array.from(noisy.dataSync());
  checkMonteCarlo(values, level);
  checkMonteCarlo(
    values.map((value) => (value - level) ** 2),
    level / peak,
  );
  assert.ok(values.slice(0, 50).every((value) => Math.abs(value * peak - Math.round(value * peak)) < 1e-4));
  assert.deepEqual(addPoissonNoise(image, peak, noise()).dataSync(), noisy.dataSync());
  assert.notDeepEqual(addPoissonNoise(image, peak, noise(2)).dataSync(), noisy.dataSync());
  assert.throws(() => addPoissonNoise(image, 0, noise()), /peak: got 0, want a number above 0/);
  assert.throws(() => addPoissonNoise(tf.fill([1, 2, 2, 1], -0.5), 5, noise()), /rates: got -2.5/);
});

test("no photon comes from where the image is black", () => {
  assertClose(addPoissonNoise(tf.zeros([1, 4, 4, 1]), 20, noise()).dataSync(), new Array(16).fill(0), 0);
});

test("noise, masks and small images are one tensor each, and a refused one is none", () =>
  assertNoLeak(() => {
    const makers = [
      () => addGaussianNoise(counting, 0.1, noise()),
      () => addPoissonNoise(counting, 5, noise()),
      () => drawPixelMask(4, 4, 0.5, noise()),
      () => drawHoleMask(4, 4, 0.5),
      () => createDownsampling([4, 4], 2).measure(counting),
    ];
    for (const make of makers) make().dispose();
    assert.throws(() => addPoissonNoise(counting, Number.NaN, noise()), /peak: got NaN/);
    for (const factor of [0, 1.5, 8]) {
      const bad = () => createDownsampling([4, 4], factor);
      assert.throws(bad, new RegExp(`factor: got ${factor}, want a whole number that divides 4`));
    }
  }));

test("a stabilised image has the stated noise, dark or light, and its inverse is unbiased", () =>
  assertNoLeak(() => {
    const peak = 20;
    for (const level of [0.3, 0.9]) {
      const image = tf.fill([1, 200, 200, 1], level) as tf.Tensor4D;
      const noisy = addPoissonNoise(image, peak, noise());
      const { image: stabilised, sigma } = stabilisePoisson(noisy, peak);
      const values = Array.from(stabilised.dataSync());
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      assertClose([Math.sqrt(variance) / sigma], [1], 0.05);
      // A perfect denoiser returns the mean of the stabilised image.
      const denoised = tf.fill([1, 1, 1, 1], mean) as tf.Tensor4D;
      const back = invertStabilised(denoised, peak);
      const unbiased = back.dataSync()[0] as number;
      const algebraic = ((mean / sigma / 2) ** 2 - 3 / 8) / peak;
      assertClose([unbiased], [level], 4 * Math.sqrt(level / peak / 40_000) + 0.002);
      assert.ok(level - algebraic > 5 * Math.abs(level - unbiased), `${algebraic}, ${unbiased}`);
      disposeAll(image, noisy, stabilised, denoised, back);
    }
    const dark = tf.zeros([1, 1, 1, 1]) as tf.Tensor4D;
    const black = invertStabilised(dark, peak);
    assertClose(black.dataSync(), [0], 1e-7);
    assert.throws(() => stabilisePoisson(dark, -1), /peak: got -1/);
    disposeAll(dark, black);
  }));

test("the inverse takes the exact mean of the transformed counts back to their rate", () => {
  const peak = 4;
  for (const [rate, tolerance] of [
    [0.5, 0.007],
    [1, 0.007],
    [4, 0.007],
    [18, 0.02],
    [50, 0.02],
  ] as const) {
    // The mean of 2 sqrt(k + 3/8) over the chances of k; the closed form is within 0.02 counts of the exact inverse.
    let [chance, mean] = [Math.exp(-rate), 0];
    for (const k of range(200)) {
      mean += 2 * Math.sqrt(k + 3 / 8) * chance;
      chance *= rate / (k + 1);
    }
    const denoised = tf.fill([1, 1, 1, 1], mean / 2 / Math.sqrt(peak + 3 / 8)) as tf.Tensor4D;
    assertClose([(invertStabilised(denoised, peak).dataSync()[0] as number) * peak], [rate], tolerance);
  }
});

test("a mask keeps its share of the pixels", () => {
  const mask = drawPixelMask(100, 100, 0.5, openStream(1, "data"));
  assert.deepEqual(Array.from(new Set(mask.dataSync())).sort(), [0, 1]);
  assertClose(mask.mean().dataSync(), [0.5], 4 * 0.005);
  assert.throws(() => drawPixelMask(2, 2, 1.5, openStream(1, "data")), /keep: got 1.5/);
});

test("a hole is a rectangle in the middle", () => {
  assertClose(
    drawHoleMask(4, 6, 0.5).dataSync(),
    [...[1, 1, 1, 1, 1, 1], 1, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1],
    0,
  );
  assert.throws(() => drawHoleMask(4, 4, 1), /share: got 1, want a number in \(0, 1\)/);
});

test("a mask is read from light and dark pixels, and one of a kind is refused", async () => {
  const folder = temporaryFolder();
  const write = async (name: string, values: number[]) => {
    const file = join(folder, name);
    await writeImage(file, tf.tensor4d(values, [1, 1, 4, 1]));
    return file;
  };
  const mask = await readMask(await write("mask.png", [0, 0.4, 0.6, 1]));
  assertClose(mask.dataSync(), [0, 0, 1, 1], 0);
  await assert.rejects(readMask(await write("white.png", [1, 1, 1, 1])), /white\.png leaves nothing to fill in/);
  await assert.rejects(readMask(await write("black.png", [0, 0, 0, 0])), /black\.png knows no pixel/);
  await assert.rejects(readMask(join(folder, "none.png")), /cannot read the image .*none\.png/);
});

test("the embedded lettering hides between a tenth and a half of the pixels at any size", async () => {
  for (const size of [32, 64, 256]) {
    const mask = await readTextMask(size);
    assert.deepEqual(mask.shape, [1, size, size, 1]);
    const known = mask.mean().dataSync()[0] as number;
    assert.ok(known > 0.5 && known < 0.9, `${known} at ${size}`);
  }
});

test("Lanczos-2 has the weights of the paper's code and leaves a flat image flat, at the edges too", () => {
  // Downsampler(factor=4, kernel_type="lanczos2", phase=0.5) of the code of Ulyanov et al.: half of its row, from outside.
  const half = [-0.00107, -0.00975, -0.02038, -0.01488, 0.02459, 0.09866, 0.18312, 0.23971];
  const large = createDownsampling([4, 24], 4);
  const weights = tf.tidy(() => {
    // The response of one small pixel, away from the edges, to each large one.
    const rows = range(24).map((place) => {
      const impulse = tf.oneHot(tf.tensor1d([place], "int32"), 24).cast("float32");
      const line = impulse.reshape([1, 1, 24, 1]).tile([1, 4, 1, 1]) as tf.Tensor4D;
      return large.measure(line).dataSync()[2] as number;
    });
    return rows.slice(2, 18);
  });
  assertClose(weights, [...half, ...[...half].reverse()], 1e-5);
  const flat = createDownsampling([8, 12], 2).measure(tf.fill([2, 8, 12, 3], 0.7));
  assert.deepEqual(flat.shape, [2, 4, 6, 3]);
  assertClose(flat.dataSync(), new Array(flat.size).fill(0.7), 1e-6);
});

test("a downsampling and its gradient are the same in a recorded step", () =>
  assertNoLeak(() => {
    const image = openStream(1, "data").normal([1, 8, 12, 3]) as tf.Tensor4D;
    const operator = createDownsampling([8, 12], 4);
    const measure = (x: tf.Tensor) => operator.measure(x as tf.Tensor4D);
    const work = ({ x }: { x: tf.Tensor }) => ({
      small: measure(x),
      // At x = y / 2 the gradient of the energy |D x|^2 is D^T D y.
      gradient: tf.grad((inner) => measure(inner).square().sum())(x.div(2)),
    });
    const recording = record({ run: defineStep({ x: { shape: [1, 8, 12, 3], dtype: "float32" } }, work) });
    const eager = tf.tidy(() => work({ x: image }));
    const recorded = recording.run("run", { x: image });
    assertClose(recorded.small.dataSync(), eager.small.dataSync(), 1e-5);
    assertClose(recorded.gradient.dataSync(), eager.gradient.dataSync(), 1e-5);
    disposeAll(eager.small, eager.gradient, recorded.small, recorded.gradient, recording, image);
  }));
