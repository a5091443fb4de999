import assert from "node:assert/strict";
import { test } from "node:test";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const draw = (seed: number, role: "noise" | "input", index = 0) =>
  Array.from(openStream(seed, role).normal([64], index).dataSync());

test("the same seed, role and index give the same numbers", () => {
  assert.deepEqual(draw(1, "noise", 3), draw(1, "noise", 3));
});

test("another seed, role, index or child gives other numbers", () => {
  const base = draw(1, "noise");
  const child = Array.from(openStream(1, "noise").child("a").normal([64]).dataSync());
  for (const other of [draw(2, "noise"), draw(1, "input"), draw(1, "noise", 1), child]) {
    assert.ok(base.every((value, i) => value !== other[i]));
  }
});

test("normal draws have mean 0 and variance 1 within four standard errors", () => {
  const count = 40_000;
  const values = openStream(5, "noise").normal([count]);
  const { mean, variance } = tf.moments(values);
  assertClose(mean.dataSync(), [0], 4 / Math.sqrt(count));
  assertClose(variance.dataSync(), [1], 4 * Math.sqrt(2 / count));
});

test("uniform draws fill their range and stay inside it", () => {
  const values = openStream(5, "input").uniform([10_000], 0.2, 0.6);
  assert.ok((values.min().dataSync()[0] as number) >= 0.2);
  assert.ok((values.max().dataSync()[0] as number) <= 0.6);
  assertClose(values.mean().dataSync(), [0.4], 0.005);
});

test("numbers in JavaScript are repeatable and inside [0, 1)", () => {
  const [a, b] = [openStream(3, "data").numbers(2), openStream(3, "data").numbers(2)];
  for (let i = 0; i < 100; i++) {
    const value = a();
    assert.equal(value, b());
    assert.ok(value >= 0 && value < 1);
  }
});

test("draws leave nothing behind", () =>
  assertNoLeak(() => {
    const stream = openStream(1, "noise");
    stream.normal([8]).dispose();
    stream.uniform([8], 0, 1).dispose();
    const rates = tf.fill([8], 2);
    stream.poisson(rates).dispose();
    rates.dispose();
  }));

test("a seed that is no whole number is refused", () => {
  assert.throws(() => openStream(-1, "noise"), /seed: got -1, want a whole number/);
  assert.throws(() => openStream(0.5, "noise"), /seed: got 0.5/);
});

test("Poisson counts have their rates as mean and variance", () => {
  const rates = tf.fill([40_000], 3.5);
  const counts = openStream(5, "noise").poisson(rates);
  const { mean, variance } = tf.moments(counts);
  assertClose(mean.dataSync(), [3.5], 4 * Math.sqrt(3.5 / 40_000));
  // The variance of a Poisson variance estimate: (rate + 2 rate^2) / n.
  assertClose(variance.dataSync(), [3.5], 4 * Math.sqrt((3.5 + 2 * 3.5 ** 2) / 40_000));
  assert.deepEqual(openStream(5, "noise").poisson(rates).dataSync(), counts.dataSync());
  assert.notDeepEqual(openStream(5, "noise").poisson(rates, 1).dataSync(), counts.dataSync());
});

test("each Poisson count has its own rate", () => {
  const rates = tf.tensor2d([0, 1000, 0, 4000], [2, 2]);
  const counts = openStream(5, "noise").poisson(rates);
  assert.deepEqual(counts.shape, [2, 2]);
  for (const [i, rate] of rates.dataSync().entries()) {
    const count = counts.dataSync()[i] as number;
    assert.ok(Number.isInteger(count) && Math.abs(count - rate) <= 4 * Math.sqrt(rate), `${count} at ${rate}`);
  }
});

test("rates that are negative or no number are refused", () => {
  const draw = (rate: number) => openStream(1, "noise").poisson(tf.tensor1d([1, rate]));
  assert.throws(() => draw(-1), /rates: got -1, want finite numbers of at least 0/);
  assert.throws(() => draw(Number.NaN), /rates: got NaN/);
  assert.throws(() => draw(Number.POSITIVE_INFINITY), /rates: got Infinity/);
});
