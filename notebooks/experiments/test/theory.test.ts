import assert from "node:assert/strict";
import { test } from "node:test";
import { ddpm, runtime } from "ddpm-dip";
import { theory } from "../src";
import { near } from "./helpers";

const { tf } = runtime;
const linear = ddpm.linearSchedule();

test("block means are a projection, and a soft threshold knows its divergence", () => {
  const image = tf.tensor4d([0, 0.2, 0.4, 1], [1, 2, 2, 1]);
  const means = theory.blockMeans(2);
  const once = means.denoise(image);
  assert.deepEqual(
    Array.from(once.dataSync()).map((value) => Number(value.toFixed(6))),
    [0.4, 0.4, 0.4, 0.4],
  );
  assert.deepEqual(Array.from(means.denoise(once).dataSync()), Array.from(once.dataSync()));
  // (0.16 + 0.04 + 0 + 0.36) / 4, and a quarter of the variance.
  near(theory.projectionRisk(means, image, 0.08), 0.14 + 0.02, 1e-6);
  const soft = theory.softThreshold(0.25);
  assert.deepEqual(
    Array.from(soft.denoise(image).dataSync()).map((value) => Number(value.toFixed(6))),
    [0.25, 0.45, 0.5, 0.75],
  );
  near(soft.divergence(image), 0.75);
  tf.dispose([image, once]);
});

test("the variances of the two estimates by hand", () => {
  // tau² = 1 · (1 + 4) = 5: (2 · 25 + 4 · 5 · 3) / 10.
  near(theory.singleVariance({ sigma: 1, a: 0.5 }, 3, 10), 11);
  // (2 (1 + 4 / 4) + 4 · 3) / 8.
  near(theory.pairVariance(1, theory.blockMeans(2), 3, 8), 2);
  near(theory.relativeDeviation(2, 8, 200), 0.05);
});

test("the best level of a start, with and without a product", () => {
  const rough = { image: 1, error: 2, product: 0 };
  near(theory.bestNoise(rough), 3);
  // k = 1/2 at nu = 3: 2 (1/2) + 2/4.
  near(theory.endError(rough, 3), 1.5);
  for (const nu of [0, 1, 2.9, 3.1, 10]) assert.ok(theory.endError(rough, nu) > 1.5);
  near(theory.endError(rough, 0), 2);
  assert.equal(theory.bestNoise({ image: 1, error: 1, product: 0 }), 0);
  // Missing detail, e = −0.9 x: no level pays, and noise alone doubles the images' variance.
  const missing = { image: 1, error: 0.81, product: -0.9 };
  assert.equal(theory.bestNoise(missing), 0);
  near(theory.endError(missing, 1e12), 2, 1e-5);
  // e = −3x: nothing of the start is worth keeping.
  assert.equal(theory.bestNoise({ image: 1, error: 9, product: -3 }), Number.POSITIVE_INFINITY);
});

test("runs of DDIM end where the closed form says, and a wrong one is refused", () => {
  const one = { name: "rough", image: 0.03, error: 0.12, product: 0 };
  const [end] = theory.runLevels(linear, [one], [180]);
  assert.ok(end && Math.abs(end.deviations) < 4);
  near(end?.expected ?? 0, theory.endError(one, theory.noiseVariance(linear, 180)));
  // A cross term that the start has not: its error would be another.
  assert.throws(() => theory.checkRow("wrong", [1, 1.1, 0.9], 2), /standard errors off/);
});

test("the mean of ancestral samples ends where the closed form says; one is claim 10 with q, and a level pays where r > s/K", () => {
  const rough = { image: 0.03, error: 0.06 };
  // One sample: 2s(1 − q) + q² r.
  near(theory.meanError({ ...rough, draws: 1 }, 0.03), 2 * 0.03 * 0.5 + 0.25 * 0.06);
  near(theory.meanError({ ...rough, draws: 4 }, 0), 0.06);
  const four = { ...rough, draws: 4 };
  near(theory.bestNoiseOfMean(four), 0.0525);
  const least = theory.meanError(four, theory.bestNoiseOfMean(four));
  for (const nu of [0, 0.02, 0.051, 0.054, 0.2]) assert.ok(theory.meanError(four, nu) > least, String(nu));
  // A start as near as this pays for no sample, and for the mean of three.
  const near1 = { image: 0.06, error: 0.03 };
  assert.equal(theory.bestNoiseOfMean({ ...near1, draws: 1 }), 0);
  assert.ok(theory.bestNoiseOfMean({ ...near1, draws: 3 }) > 0);
  const row = theory.meanRow(linear, { ...rough, draws: 2 }, 86);
  assert.ok(Math.abs(row.deviations as number) < 4);
});

test("without fresh noise DDNM's recursion is DDIM's, with it alone nothing of the start is left", () => {
  const setting = { image: 0.09, error: 0.02, level: 250, steps: 250, eta: 0 };
  const { factor } = theory.foretell(linear, setting);
  const nu = theory.noiseVariance(linear, 250);
  // Many steps: the flow's own factor.
  near(factor, Math.sqrt(0.09 / (0.09 + nu)), 0.01);
  assert.ok(theory.foretell(linear, { ...setting, eta: 1 }).factor < 1e-10);
  // One step: k alone.
  near(theory.foretell(linear, { ...setting, steps: 1 }).factor, 0.09 / (0.09 + nu));
});

test("with all noise fresh the recursion is proposition 4's sum; one step at 2r − s has its least error, fine steps end at 3s/2", () => {
  const [s, r] = [0.06, 0.1];
  const setting = { image: s, error: r, level: 250, eta: 1 };
  const q = ddpm.spreadTimes(250, 5).map((t) => s / (s + theory.noiseVariance(linear, t)));
  const Q = q.map((_, i) => q.slice(i).reduce((product, one) => product * one, 1));
  const P = Q[0] as number;
  const sum = Q.reduce((all, one, i) => all + one ** 2 * s * (1 / (q[i] as number) - 1), 0);
  const five = theory.foretell(linear, { ...setting, steps: 5 });
  near(five.factor, P);
  near(five.without, (1 - P) ** 2 * s + sum);
  const ends = Array.from({ length: 400 }, (_, i) => {
    const { factor, without } = theory.foretell(linear, { ...setting, level: i + 1, steps: 1 });
    return { nu: theory.noiseVariance(linear, i + 1), end: without + factor ** 2 * r };
  });
  const best = ends.reduce((one, other) => (other.end < one.end ? other : one));
  near(best.end, s - s ** 2 / (4 * r), 1e-5);
  near(best.nu, 2 * r - s, 0.01);
  near(theory.foretell(linear, { ...setting, steps: 250 }).without / s, 1.5, 0.02);
});

test("the share of smoothing that the recorrupted loss wants", () => {
  near(theory.bestShare(1, 0.25, 4 / 3), 0.5);
  // c = 1/2: 1/4 + (4/3) (1/4 + (1/4) (3/4)).
  near(theory.shareRisk(0.5, 1, 0.25, 4 / 3), 0.25 + (4 / 3) * 0.4375);
  for (const share of [0.4, 0.6])
    assert.ok(theory.shareRisk(share, 1, 0.25, 4 / 3) > theory.shareRisk(0.5, 1, 0.25, 4 / 3));
});

test("the log ratio of a constant error has the mean that the bound allows, and no other exceeds it", () => {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  near(mean(theory.drawLogRatios("constant", 1, 20_000)), 0.5, 0.03);
  near(mean(theory.drawLogRatios("Gaussian", 1, 20_000)), (1 - Math.log(2)) / 2, 0.03);
  assert.ok(mean(theory.drawLogRatios("sparse", 1, 20_000)) < 0.4);
});

test("Adam's mean step shrinks with the noise of the gradient", () => {
  near(theory.measureAdamStep(0, { weights: 10, iterations: 40 }), 1, 1e-3);
  near(theory.measureAdamStep(1, { weights: 1000, iterations: 600 }), Math.SQRT1_2, 0.02);
});

test("no tensor is left behind", () => {
  const photo = tf.fill([1, 32, 32, 3], 0.4) as ReturnType<typeof tf.tensor4d>;
  const before = tf.memory().numTensors;
  const means = theory.blockMeans(2);
  const setting = { sigma: 0.1, a: 0.5 };
  theory.drawSingle(photo, means, setting, 1);
  theory.drawPair(photo, means, setting, 1);
  theory.drawProduct(photo, [means, theory.blockMeans(4)], setting, 1);
  theory.drawWithFresh(photo, means, setting, 1);
  theory.fitShare(means, photo, { sigma: 0.1, b: 0.7, draws: 2 });
  theory.measureAdamStep(1, { weights: 4, iterations: 4 });
  theory.runLevels(linear, [{ name: "one", image: 0.03, error: 0.12, product: 0 }], [180]);
  theory.deviationAfter(linear, 0, 0.25, 2);
  assert.equal(tf.memory().numTensors, before);
  photo.dispose();
});
