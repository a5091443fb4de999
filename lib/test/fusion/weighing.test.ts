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
const errorOf = (made: Float32Array) => made.reduce((sum, v, i) => sum + (v - (heldOut[i] as number)) ** 2, 0);

test("two images have the weights of the regression on their difference", () => {
  const difference = first.map((v, i) => v - (second[i] as number));
  const along = heldOut.reduce((sum, v, i) => sum + (v - (second[i] as number)) * (difference[i] as number), 0);
  const weight = along / difference.reduce((sum, v) => sum + v * v, 0);
  assert.ok(weight > 0 && weight < 1);
  assertClose(weighByRisk([first, second], { product }), [weight, 1 - weight], 1e-6);
});

test("of many images no other weights on the simplex come nearer to the held-out one", () => {
  const candidates = range(4).map((i) => image(10 + i).map((v, j) => v + (i < 2 ? (heldOut[j] as number) : 0)));
  const weights = weighByRisk(candidates, { product });
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
  assertClose(weighByRisk([further, near], { product }), [0, 1], 1e-9);
  // The least squares that may be negative would be near [-0.5, 1.5].
  const other = further.map((v, i) => v + 0.01 * (second[i] as number));
  assertClose(weighByRisk([other, near], { product }), [0, 1], 1e-9);
  assertClose(weighByRisk([first, heldOut], { product }), [0, 1], 1e-6);
  const [one = 0, two = 0] = weighByRisk([near, near], { product });
  assertClose([one + two], [1], 1e-9);
});

test("none and too many images are refused", () => {
  assert.throws(() => weighByRisk([], { product }), /candidates: got 0, want 1 to 6/);
  assert.throws(() => weighByRisk(Array(7).fill(first), { product }), /candidates: got 7/);
});
