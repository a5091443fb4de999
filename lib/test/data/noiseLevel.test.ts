import assert from "node:assert/strict";
import { test } from "node:test";
import { estimateSigmaWavelet, neighbourCorrelation } from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range } from "../helpers";

test("the wavelet estimate equals scikit-image's", () => {
  // i = numpy.arange(h * w).reshape(h, w); x = (sin(i * 12.9898) * 43758.5453) % 1; restoration.estimate_sigma(x)
  const goldens: [number, number, number][] = [
    [16, 20, 0.29443801184404156],
    [9, 13, 0.18692191280836515],
  ];
  for (const [height, width, expected] of goldens) {
    const values = range(height * width).map((i) => {
      const wave = Math.sin(i * 12.9898) * 43758.5453;
      return wave - Math.floor(wave);
    });
    assertClose([estimateSigmaWavelet(tf.tensor4d(values, [1, height, width, 1]))], [expected], 1e-5);
  }
});

test("the estimate finds the deviation of pure noise, the mean over the channels", () =>
  assertNoLeak(() => {
    const noise = tf.tidy(() => {
      const draw = openStream(1, "noise").normal([1, 128, 128, 3]);
      return draw.mul(tf.tensor1d([0.05, 0.1, 0.15])) as tf.Tensor4D;
    });
    assertClose([estimateSigmaWavelet(noise)], [0.1], 0.005);
    noise.dispose();
  }));

test("a tilted plane has no noise", () => {
  const plane = tf.tidy(() =>
    tf
      .range(0, 20)
      .reshape([1, 1, 20, 1])
      .add(tf.range(0, 12).reshape([1, 12, 1, 1]))
      .div(40),
  );
  const inside = estimateSigmaWavelet(plane as tf.Tensor4D);
  assertClose([inside], [0], 1e-6);
});

test("neighbours of white noise do not correlate, those of its mean over 2x2 pixels do by a half", () =>
  assertNoLeak(() => {
    const white = openStream(1, "noise").normal([1, 128, 128, 3]) as tf.Tensor4D;
    const smooth = tf.avgPool(white, 2, 1, "valid");
    // n = 49152: one deviation is 0.003.
    assertClose([neighbourCorrelation(white)], [0], 0.015);
    assertClose([neighbourCorrelation(smooth)], [0.5], 0.02);
    tf.dispose([white, smooth]);
  }));

test("a chessboard's neighbours are opposite, a constant has no correlation, each channel's mean does not count", () =>
  assertNoLeak(() => {
    const board = range(64).map((i) => ((Math.floor(i / 8) + i) % 2 === 0 ? 1 : -1));
    const images = [board, board.map(() => 0.3), board.flatMap((value) => [value, value + 5])];
    const found = images.map((values) => {
      const image = tf.tensor4d(values, [1, 8, 8, values.length / 64]);
      const correlation = neighbourCorrelation(image);
      image.dispose();
      return correlation;
    });
    assertClose(found, [-1, 0, -1], 1e-5);
  }));

test("images that are too small or several are refused", () => {
  assert.throws(() => neighbourCorrelation(tf.zeros([1, 1, 9, 1])), /want sides of at least 2 pixels/);
  assert.throws(() => estimateSigmaWavelet(tf.zeros([2, 9, 9, 1])), /image: got 2 images, want 1/);
  assert.throws(() => estimateSigmaWavelet(tf.zeros([1, 3, 9, 1])), /image: got 9x3, want sides of at least 4 pixels/);
});
