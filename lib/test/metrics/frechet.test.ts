import assert from "node:assert/strict";
import { test } from "node:test";
import { type Features, frechetDistance, frechetInterval } from "../../src/metrics";
import { openStream } from "../../src/runtime";
import { assertClose, range } from "../helpers";

/*
 * The same numbers in Python:
 * def features(rows, phase, size):
 *     k = np.arange(rows * size)
 *     return np.float32(np.sin(k * k * 12.9898 + phase) + (k % size) / 10 * phase).reshape(rows, size)
 */
function features(count: number, phase: number, size: number): Features {
  const numbers = range(count * size).map((k) => Math.sin(k * k * 12.9898 + phase) + ((k % size) / 10) * phase);
  return { name: "test", size, count, values: Float32Array.from(numbers) };
}

function normalFeatures(seed: number, count: number, size: number, shift = 0): Features {
  const values = openStream(seed, "data").normal([count, size]);
  const shifted = (values.dataSync() as Float32Array).map((value) => value + shift);
  values.dispose();
  return { name: "test", size, count, values: shifted };
}

test("the Frechet distance equals SciPy's", () => {
  // a, b = features(40, 0, 6).astype(float), features(50, 1, 6).astype(float)
  // ca, cb, d = np.cov(a, rowvar=False), np.cov(b, rowvar=False), a.mean(0) - b.mean(0)
  // d @ d + np.trace(ca + cb - 2 * scipy.linalg.sqrtm(ca @ cb).real)
  assertClose([frechetDistance(features(40, 0, 6), features(50, 1, 6))], [0.5133506602949547], 1e-9);
});

test("fewer images than features give the distance of the singular covariances", () => {
  // a, b = features(5, 0, 12).astype(float), features(7, 1, 12).astype(float); ca, cb, d as above
  // A, B = (a - a.mean(0)) / 2, (b - b.mean(0)) / np.sqrt(6)  # so that ca = A.T @ A and cb = B.T @ B
  // d @ d + np.trace(ca + cb) - 2 * np.linalg.svd(A @ B.T, compute_uv=False).sum()
  assertClose([frechetDistance(features(5, 0, 12), features(7, 1, 12))], [12.149681941023687], 1e-6);
});

test("independent features add up: means and standard deviations apart", () => {
  // +-s in each feature by itself: covariance diagonal with 2 s^2 / (n - 1).
  const axes = (deviations: number[], shift: number[]): Features => {
    const size = deviations.length;
    const rows = deviations.flatMap((deviation, axis) =>
      [-1, 1].map((sign) => shift.map((mean, i) => mean + (i === axis ? sign * deviation : 0))),
    );
    return { name: "test", size, count: rows.length, values: Float32Array.from(rows.flat()) };
  };
  const [a, b] = [axes([1, 2, 3], [0, 0, 0]), axes([4, 2, 1], [1, -2, 0.5])];
  const perVariance = 2 / 5;
  assertClose([frechetDistance(a, b)], [1 + 4 + 0.25 + perVariance * ((4 - 1) ** 2 + 0 + (3 - 1) ** 2)], 1e-9);
});

test("a set is at no distance from itself, and the distance is symmetric", () => {
  const [a, b] = [features(40, 0, 6), features(50, 1, 6)];
  for (const one of [a, b, features(4, 1, 12)]) assertClose([frechetDistance(one, one)], [0], 1e-6);
  assertClose([frechetDistance(a, b)], [frechetDistance(b, a)], 1e-9);
});

test("flat features have a distance", () => {
  const flat = (value: number): Features => ({
    name: "test",
    size: 2,
    count: 3,
    values: new Float32Array(6).fill(value),
  });
  assertClose([frechetDistance(flat(1), flat(3))], [8], 1e-12);
});

test("the interval holds the distance of another set as large about 95 % of the time", () => {
  const reference = normalFeatures(1000, 400, 3);
  const intervals = range(120).map((seed) =>
    frechetInterval(reference, normalFeatures(seed, 100, 3, 0.3), { resamples: 100, seed }),
  );
  const average = (of: (interval: (typeof intervals)[0]) => number) =>
    intervals.reduce((sum, interval) => sum + of(interval), 0) / intervals.length;
  const expected = average(({ distance }) => distance);
  const covered = intervals.filter(({ low, high }) => low <= expected && expected <= high).length;
  // 120 intervals have a standard error of 2 %; those of skewed distances from 100 images cover a little less.
  assert.ok(covered >= 102 && covered <= 119, `covered ${covered} of 120`);
  assert.ok(intervals.every(({ low, distance, high }) => low <= distance && distance <= high));
  // The ends lie about as far below as above; without the move by the bias one would be half as far as the other.
  const [below, above] = [average((one) => one.distance - one.low), average((one) => one.high - one.distance)];
  assert.ok(below / above > 0.7 && below / above < 1, `the ends are ${below} below and ${above} above`);
  // What finite sets add: (sum of variances) / n for the mean alone, and something for the covariance.
  const bias = average((one) => one.bias);
  assert.ok(bias > 3 / 100 && bias < 9 / 100, `bias ${bias}`);
});

test("the interval is decided by the seed, and its distance is the distance", () => {
  const [a, b] = [features(40, 0, 6), features(50, 1, 6)];
  const first = frechetInterval(a, b, { resamples: 20, seed: 3 });
  assert.deepEqual(frechetInterval(a, b, { resamples: 20, seed: 3 }), first);
  assert.notEqual(frechetInterval(a, b, { resamples: 20, seed: 4 }).low, first.low);
  assert.equal(first.distance, frechetDistance(a, b));
});

test("features that cannot be compared are refused", () => {
  const one = features(4, 0, 6);
  assert.throws(() => frechetDistance(one, { ...one, name: "other" }), /different extractors: "test" and "other"/);
  assert.throws(() => frechetDistance(one, features(4, 0, 5)), /different sizes: 6 and 5/);
  assert.throws(() => frechetDistance(one, features(1, 0, 6)), /features of 1 images, want at least 2/);
  assert.throws(() => frechetDistance({ ...one, count: 5 }, one), /24 values are not 5 rows of 6/);
  assert.throws(() => frechetInterval(one, one, { resamples: 1 }), /resamples: got 1/);
});
