import assert from "node:assert/strict";
import { test } from "node:test";
import { bandEnds, bandErrors, meanSquaredError } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

const draw = (seed: number, shape: [number, number, number, number]) =>
  openStream(seed, "data").normal(shape) as tf.Tensor4D;
const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

test("the bands add up to the mean squared error, on even and odd sides", () =>
  assertNoLeak(() => {
    for (const shape of [
      [1, 16, 16, 3],
      [1, 15, 22, 1],
    ] as [number, number, number, number][]) {
      const [a, b] = [draw(1, shape), draw(2, shape)];
      assertClose([sum(bandErrors(a, b)) / meanSquaredError(a, b)], [1], 1e-5);
      disposeAll(a, b);
    }
  }));

test("a wave has all its energy in the band of its frequency", () => {
  const side = 64;
  const wave = (cycles: number) => {
    const row = range(side).map((x) => Math.cos((2 * Math.PI * cycles * x) / side));
    return tf.tidy(() => tf.tensor1d(row).reshape([1, 1, side, 1]).tile([1, side, 1, 1])) as tf.Tensor4D;
  };
  const zero = tf.zeros([1, side, side, 1]) as tf.Tensor4D;
  // Cycles over half of the side, the Nyquist frequency: 1/32, 3/32, 6/32, 12/32, 30/32.
  for (const [band, cycles] of [1, 3, 6, 12, 30].entries()) {
    const expected = bandEnds.map((_, i) => (i === band ? 0.5 : 0));
    assertClose(bandErrors(wave(cycles), zero), expected, 1e-5);
  }
});

test("waves down and across an image of unlike sides are in their bands, and the corner in the last", () => {
  const [height, width] = [32, 64];
  const wave = (down: number, across: number) => {
    const values = range(height * width).map((i) => {
      const [y, x] = [Math.floor(i / width), i % width];
      return Math.cos(2 * Math.PI * ((down * y) / height + (across * x) / width));
    });
    return tf.tensor4d(values, [1, height, width, 1]);
  };
  const zero = tf.zeros([1, height, width, 1]) as tf.Tensor4D;
  // Cycles over half of each side: 1/16, 6/16; 1/32, 6/32; the root of (8/16)^2 + (24/32)^2, about 0.9; the corner itself.
  const cases: [number, number, number, number][] = [
    [1, 0, 0, 0.5],
    [6, 0, 3, 0.5],
    [0, 1, 0, 0.5],
    [0, 6, 2, 0.5],
    [3, 10, 3, 0.5],
    [8, 24, 4, 0.5],
    [16, 32, 4, 1],
  ];
  for (const [down, across, band, energy] of cases) {
    const expected = bandEnds.map((_, i) => (i === band ? energy : 0));
    assertClose(bandErrors(wave(down, across), zero), expected, 1e-5);
  }
});

test("equal images have no error in any band", () => {
  const image = draw(1, [1, 8, 8, 3]);
  assertClose(bandErrors(image, image), [0, 0, 0, 0, 0], 0);
});

test("shapes that differ and batches are refused", () => {
  assert.throws(() => bandErrors(tf.zeros([1, 4, 4, 1]), tf.zeros([1, 4, 5, 1])), RangeError);
  assert.throws(() => bandErrors(tf.zeros([2, 4, 4, 1]), tf.zeros([2, 4, 4, 1])), /bands: got 2 images, want 1/);
});
