import assert from "node:assert/strict";
import { test } from "node:test";
import { bootstrapMean, checkMonteCarlo, meanSquaredError, psnr, ssim } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range } from "../helpers";

// i = arange(768).reshape(16, 16, 3); a = ((i*37) % 101)/100; b = clip(a + 0.1*sin(i), 0, 1)
const a = tf.tensor4d(
  range(768).map((i) => ((i * 37) % 101) / 100),
  [1, 16, 16, 3],
);
const b = tf.tensor4d(
  range(768).map((i) => Math.min(1, Math.max(0, ((i * 37) % 101) / 100 + 0.1 * Math.sin(i)))),
  [1, 16, 16, 3],
);

test("PSNR equals scikit-image's", () => {
  // peak_signal_noise_ratio(a, b, data_range=1)
  assertClose([psnr(a, b)], [23.282961833781542], 1e-4);
});

test("SSIM equals scikit-image's", () => {
  // structural_similarity(a, b, data_range=1, channel_axis=2, gaussian_weights=True, use_sample_covariance=False, sigma=1.5)
  assertClose([ssim(a, b)], [0.9718208568272496], 1e-4);
});

test("identity and symmetry", () => {
  assert.equal(psnr(a, a), Number.POSITIVE_INFINITY);
  assertClose([ssim(a, a)], [1], 1e-6);
  assertClose([ssim(a, b)], [ssim(b, a)], 1e-6);
  assertClose([meanSquaredError(a, b)], [meanSquaredError(b, a)], 0);
});

test("values outside [0, 1] are clipped before PSNR", () => {
  const [low, high] = [tf.fill([1, 1, 1, 1], -1), tf.fill([1, 1, 1, 1], 2)] as [tf.Tensor4D, tf.Tensor4D];
  assertClose([psnr(low, high)], [0], 1e-6);
});

test("metrics leave nothing behind", () =>
  assertNoLeak(() => {
    psnr(a, b);
    ssim(a, b);
  }));

test("images that do not fit are refused", () => {
  assert.throws(() => psnr(a, tf.zeros([1, 16, 15, 3])), /images of different shapes: \[1,16,16,3\] and \[1,16,15,3\]/);
  assert.throws(() => ssim(tf.zeros([1, 8, 16, 3]), tf.zeros([1, 8, 16, 3])), /sides of at least 11, got 16x8/);
});

test("the bootstrap interval holds the mean and covers the truth about 95 % of the time", () => {
  let covered = 0;
  for (let i = 0; i < 200; i++) {
    const values = Array.from(openStream(i, "data").normal([40]).dataSync());
    const { mean, low, high } = bootstrapMean(values, { resamples: 300, seed: i });
    assert.ok(low <= mean && mean <= high);
    if (low <= 0 && 0 <= high) covered++;
  }
  // Percentile intervals of 40 values cover a little less than they say; 200 draws have a standard error of 1.5 %.
  assert.ok(covered >= 175 && covered <= 199, `covered ${covered} of 200`);
  assert.throws(() => bootstrapMean([]), /no values/);
});

test("a Monte-Carlo check passes a true claim and refutes a false one", () => {
  const draws = Array.from(openStream(9, "data").normal([1000]).dataSync());
  assert.ok(Math.abs(checkMonteCarlo(draws, 0).deviations) <= 4);
  assert.throws(() => checkMonteCarlo(draws, 0.5), /expected 0.5, the mean of 1000 draws is/);
  assert.throws(() => checkMonteCarlo([1], 0), /draws: got 1/);
});

test("the SSIM of opposite stripes is that of their variance, their covariance and its constant", () => {
  // Every second column is brighter by 0.06: the window's mean is 1/2, its variance 0.03^2, as large as the constant.
  const stripes = tf.tidy(() => tf.range(0, 24).mod(2).sub(0.5).mul(0.06).reshape([1, 1, 24, 1]).tile([1, 24, 1, 3]));
  const [one, other] = [stripes.add(0.5), tf.sub(0.5, stripes)] as [tf.Tensor4D, tf.Tensor4D];
  assertClose([ssim(one, other)], [-1 / 3], 2e-3);
  tf.dispose([stripes, one, other]);
});
