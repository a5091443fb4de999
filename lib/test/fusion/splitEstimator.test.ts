import assert from "node:assert/strict";
import { test } from "node:test";
import { addGaussianNoise } from "../../src/data";
import { estimateByPair, estimateBySplit, meanOfTwo, type SplitEstimator } from "../../src/fusion";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

const sigma = 0.1;
const shape: [number, number, number, number] = [1, 12, 12, 3];
const clean = openStream(1, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const truth = clean.dataSync() as Float32Array;
const squaredError = (image: Float32Array) =>
  image.reduce((sum, v, i) => sum + (v - (truth[i] as number)) ** 2, 0) / truth.length;

type Judge = typeof estimateByPair;
/** Something nonlinear made of the target alone: pushed apart, and cut. */
const makeOf = (target: tf.Tensor4D) =>
  tf.tidy(() => target.sub(0.5).mul(1.3).add(0.45).clipByValue(0, 1).dataSync() as Float32Array);

/** Estimate less true error, and the stated standard error, of many draws. */
function drawErrors(judgeBy: Judge, a: number, make: (estimator: SplitEstimator) => Float32Array, count = 200) {
  return range(count).map((seed) => {
    const noisy = addGaussianNoise(clean, sigma, openStream(seed, "noise"));
    const estimator = judgeBy(noisy, { sigma, a }, openStream(seed, "split"));
    const made = make(estimator);
    const { risk, standardError } = estimator.estimate(made);
    const off = risk - squaredError(estimator.imageOf(made));
    noisy.dispose();
    estimator.dispose();
    return { off, standardError };
  });
}

const offOf = (draws: { off: number }[]) => draws.map(({ off }) => off);
const meanSquare = (values: number[]) => values.reduce((sum, v) => sum + v * v, 0) / values.length;

test("the pair's estimate is unbiased for the mean of its two images, for any a", () =>
  assertNoLeak(() => {
    for (const a of [0.2, 0.5, 1.5]) {
      checkMonteCarlo(offOf(drawErrors(estimateByPair, a, ({ target }) => makeOf(target))), 0);
    }
  }));

test("an image made with the held-out half is estimated wrongly: the check can fail", () => {
  const cheat = ({ target, heldOut }: SplitEstimator) =>
    makeOf(target).map((value, i) => 0.9 * value + 0.1 * (heldOut[i] as number));
  assert.throws(() => checkMonteCarlo(offOf(drawErrors(estimateByPair, 0.5, cheat, 100)), 0), /standard errors off/);
});

test("the pair's estimate scatters far less than the single split's, and as much as it says", () => {
  const pair = drawErrors(estimateByPair, 0.2, ({ target }) => makeOf(target));
  const single = drawErrors(estimateBySplit, 0.2, ({ target }) => makeOf(target));
  const [ours, theirs] = [meanSquare(offOf(pair)), meanSquare(offOf(single))];
  assert.ok(ours < theirs / 10, `variances: pair ${ours}, single ${theirs}`);
  for (const draws of [pair, single]) {
    const stated = meanSquare(draws.map(({ standardError }) => standardError));
    const ratio = stated / meanSquare(offOf(draws));
    assert.ok(ratio > 0.6 && ratio < 1.7, `stated over true variance: ${ratio}`);
  }
});

test("for a linear map the pair's estimate has Stein's value as its limit", () => {
  // f = c y: |f - y|^2/d + 2 c sigma^2 - sigma^2, whatever the small w.
  const c = 0.7;
  const noisy = addGaussianNoise(clean, sigma, openStream(3, "noise"));
  const stein =
    tf.tidy(
      () =>
        noisy
          .mul(c - 1)
          .square()
          .mean()
          .dataSync()[0] as number,
    ) +
    2 * c * sigma ** 2 -
    sigma ** 2;
  const estimates = range(100).map((seed) => {
    const estimator = estimateByPair(noisy, { sigma, a: 1e-2 }, openStream(seed, "split"));
    const { risk } = estimator.estimate(tf.tidy(() => estimator.target.mul(c).dataSync() as Float32Array));
    estimator.dispose();
    return risk;
  });
  checkMonteCarlo(estimates, stein);
});

test("the pair's targets stand apart by 2w, the held-out ones by -2w/a^2, and both have the noisy image as their mean", () => {
  const a = 0.5;
  const estimator = estimateByPair(clean, { sigma, a }, openStream(1, "split"));
  const target = estimator.target.dataSync() as Float32Array;
  assertClose(meanOfTwo(target), truth, 1e-6);
  assertClose(meanOfTwo(estimator.heldOut), truth, 1e-5);
  const half = truth.length;
  const apart = (values: Float32Array) => range(half).map((i) => (values[i] as number) - (values[i + half] as number));
  assertClose(
    apart(estimator.heldOut),
    apart(target).map((d) => -d / a ** 2),
    1e-4,
  );
  estimator.dispose();
});

test("the pair returns the mean of two, and refuses what is out of range", () => {
  const estimator = estimateByPair(clean, { sigma }, openStream(1, "split"));
  const two = Float32Array.of(1, 2, 3, 5);
  assert.deepEqual(estimator.imageOf(two), Float32Array.of(2, 3.5));
  assert.deepEqual(estimator.target.shape, [2, 12, 12, 3]);
  estimator.dispose();
  assert.throws(
    () => estimateByPair(clean, { sigma: 0 }, openStream(1, "split")),
    /sigma: got 0, want a number above 0/,
  );
  assert.throws(() => estimateByPair(clean, { sigma, a: -1 }, openStream(1, "split")), /a: got -1/);
});

test("the stated standard error is of the pixels' scatter alone: where each says the same there is none", () => {
  const noisy = addGaussianNoise(clean, sigma, openStream(1, "noise"));
  const estimator = estimateBySplit(noisy, { sigma, a: 0.5 }, openStream(1, "split"));
  // An image that is off by 2 everywhere from what is held out: each pixel's estimate is 4 less the held-out variance.
  const { risk, standardError } = estimator.estimate(estimator.heldOut.map((value) => value + 2));
  assertClose([risk, standardError], [4 - sigma ** 2 * (1 + 1 / 0.5 ** 2), 0], 1e-4);
  disposeAll(noisy, estimator);
});

test("where only a part was measured, the estimate is unbiased for the error there", () =>
  assertNoLeak(() => {
    const mask = tf.tidy(() => tf.concat([tf.ones([1, 12, 5, 1]), tf.zeros([1, 12, 7, 1])], 2) as tf.Tensor4D);
    const known = tf.tidy(() => tf.broadcastTo(mask, shape).dataSync());
    for (const judgeBy of [estimateByPair, estimateBySplit]) {
      const draws = range(200).map((seed) => {
        const noisy = tf.tidy(() => addGaussianNoise(clean, sigma, openStream(seed, "noise")).mul<tf.Tensor4D>(mask));
        const estimator = judgeBy(noisy, { sigma, a: 0.5, mask }, openStream(seed, "split"));
        const outside = tf.tidy(() => estimator.target.mul(tf.sub(1, mask)).abs().max().dataSync()[0]);
        assert.equal(outside, 0);
        // A f of what a network might make, 0 where nothing is measured.
        const made = tf.tidy(() => tf.tensor4d(makeOf(estimator.target), estimator.target.shape).mul(mask).dataSync());
        const image = estimator.imageOf(made as Float32Array);
        const errors = image.map((value, i) => (value - (truth[i] as number)) ** 2);
        const error = errors.reduce((sum, value, i) => sum + value * (known[i] as number), 0) / (12 * 5 * 3);
        noisy.dispose();
        estimator.dispose();
        return estimator.estimate(made as Float32Array).risk - error;
      });
      checkMonteCarlo(draws, 0);
    }
    mask.dispose();
  }));

test("the slope from one image to another is the product of their errors less the first's risk, and scatters as it says", () => {
  for (const judgeBy of [estimateByPair, estimateBySplit]) {
    const draws = range(200).map((seed) => {
      const noisy = addGaussianNoise(clean, sigma, openStream(seed, "noise"));
      const estimator = judgeBy(noisy, { sigma, a: 0.5 }, openStream(seed, "split"));
      const from = makeOf(estimator.target);
      const to = from.map((value, i) => 0.8 * value + 0.1 + 0.02 * (i % 5));
      const { risk, standardError } = estimator.slope(from, to);
      assertClose([risk], [estimator.product(from, to) - estimator.product(from, from)], 1e-6);
      const [one, other] = [from, to].map((made) => estimator.imageOf(made).map((v, i) => v - (truth[i] as number)));
      const truly =
        (one as Float32Array).reduce((sum, v, i) => sum + v * (((other as Float32Array)[i] as number) - v), 0) /
        truth.length;
      disposeAll(noisy);
      estimator.dispose();
      return { off: risk - truly, standardError };
    });
    checkMonteCarlo(offOf(draws), 0);
    const ratio = meanSquare(draws.map(({ standardError }) => standardError)) / meanSquare(offOf(draws));
    assert.ok(ratio > 0.6 && ratio < 1.7, `stated over true variance: ${ratio}`);
  }
});
