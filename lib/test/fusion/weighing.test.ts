import assert from "node:assert/strict";
import { test } from "node:test";
import { blend, weighByRisk } from "../../src/fusion";
import { openStream } from "../../src/runtime";
import { assertClose, range } from "../helpers";

const image = (seed: number) => openStream(seed, "data").normal([300]).dataSync() as Float32Array;
const [heldOut, first, second] = [image(1), image(2), image(3)];
/** The error of a held-out image in place of an estimator's: the nearest mean is then that of the least "risk". */
const product = (a: Float32Array, b: Float32Array) =>
  a.reduce((sum, v, i) => sum + (v - (heldOut[i] as number)) * ((b[i] as number) - (heldOut[i] as number)), 0);
/** As if every estimate of a slope had this standard error. */
const slopeWith = (standardError: number) => (from: Float32Array, to: Float32Array) => ({
  risk: product(from, to) - product(from, from),
  standardError,
});
const estimator = { product, slope: slopeWith(0) };
const errorOf = (made: Float32Array) => made.reduce((sum, v, i) => sum + (v - (heldOut[i] as number)) ** 2, 0);

test("two images have the weights of the regression on their difference", () => {
  const difference = first.map((v, i) => v - (second[i] as number));
  const along = heldOut.reduce((sum, v, i) => sum + (v - (second[i] as number)) * (difference[i] as number), 0);
  const weight = along / difference.reduce((sum, v) => sum + v * v, 0);
  assert.ok(weight > 0 && weight < 1);
  assertClose(weighByRisk([first, second], estimator), [weight, 1 - weight], 1e-6);
});

test("of many images no other weights on the simplex come nearer to the held-out one", () => {
  const candidates = range(4).map((i) => image(10 + i).map((v, j) => v + (i < 2 ? (heldOut[j] as number) : 0)));
  const weights = weighByRisk(candidates, estimator);
  assertClose([weights.reduce((a, b) => a + b)], [1], 1e-9);
  assert.ok(weights.every((weight) => weight >= 0));
  const best = errorOf(blend(candidates, weights));
  const draws = openStream(5, "data").numbers();
  for (let i = 0; i < 500; i++) {
    const raw = candidates.map(() => -Math.log(draws()));
    const sum = raw.reduce((a, b) => a + b);
    const others = weights.map((w, j) => 0.8 * w + (0.2 * (raw[j] as number)) / sum);
    assert.ok(errorOf(blend(candidates, others)) > best - 1e-4);
  }
});

test("an image that only harms has no weight, one that is the held-out one has it all, and twins are no trouble", () => {
  const near = heldOut.map((v, i) => v + 0.1 * (first[i] as number));
  const further = heldOut.map((v, i) => v + 0.3 * (first[i] as number));
  assertClose(weighByRisk([further, near], estimator), [0, 1], 1e-9);
  // The least squares that may be negative would be near [-0.5, 1.5].
  const other = further.map((v, i) => v + 0.01 * (second[i] as number));
  assertClose(weighByRisk([other, near], estimator), [0, 1], 1e-9);
  assertClose(weighByRisk([first, heldOut], estimator), [0, 1], 1e-6);
  const [one = 0, two = 0] = weighByRisk([near, near], estimator);
  assertClose([one + two], [1], 1e-9);
});

test("a charge takes standard errors of the slope over the curvature off the weight, and stops at the last image", () => {
  const [plain = 0] = weighByRisk([first, second], estimator);
  const curvature = first.reduce((sum, v, i) => sum + (v - (second[i] as number)) ** 2, 0);
  const standardError = 0.4 * plain * curvature;
  const charged = { product, slope: slopeWith(standardError) };
  assertClose(weighByRisk([first, second], charged), [plain, 1 - plain], 1e-9);
  assertClose(weighByRisk([first, second], charged, 2), [0.2 * plain, 1 - 0.2 * plain], 1e-6);
  assertClose(weighByRisk([first, second], charged, 6), [0, 1], 1e-9);
  assert.throws(() => weighByRisk([first], charged, -1), /charge: got -1, want a number of at least 0/);
});

test("none and too many images are refused", () => {
  assert.throws(() => weighByRisk([], estimator), /candidates: got 0, want 1 to 6/);
  assert.throws(() => weighByRisk(Array(7).fill(first), estimator), /candidates: got 7/);
});
