import assert from "node:assert/strict";
import { test } from "node:test";
import { densityAndCoverage, type Features, precisionAndRecall } from "../../src/metrics";
import { openStream } from "../../src/runtime";
import { assertClose, assertNoLeak, range } from "../helpers";

/*
 * The same numbers in Python:
 * def features(rows, phase, size):
 *     k = np.arange(rows * size)
 *     return np.float32(np.sin(k * k * 12.9898 + phase) + (k % size) / 10 * phase).reshape(rows, size)
 * def distances(a, b): return np.linalg.norm(a[:, None].astype(float) - b[None], axis=2)
 * def radii(x, k): return np.sort(distances(x, x), axis=1)[:, k]  # column 0 is the point itself
 * real, generated = features(50, 0, 4), features(40, 3, 4)
 * d = distances(generated, real)
 */
function features(count: number, phase: number, size: number): Features {
  const numbers = range(count * size).map((k) => Math.sin(k * k * 12.9898 + phase) + ((k % size) / 10) * phase);
  return { name: "test", size, count, values: Float32Array.from(numbers) };
}

/** Points on a line. */
function line(...places: number[]): Features {
  return { name: "test", size: 1, count: places.length, values: Float32Array.from(places) };
}

function normalPoints(seed: number, count: number): Features {
  const values = openStream(seed, "data").normal([count, 2]);
  const numbers = values.dataSync() as Float32Array;
  values.dispose();
  return { name: "test", size: 2, count, values: numbers };
}

test("precision and recall equal NumPy's", () => {
  const { precision, recall } = precisionAndRecall(features(50, 0, 4), features(40, 3, 4));
  // (d <= radii(real, 3)).any(1).mean(), (d.T <= radii(generated, 3)).any(1).mean()
  assertClose([precision, recall], [0.9, 0.78], 1e-12);
});

test("density and coverage equal NumPy's", () => {
  const { density, coverage } = densityAndCoverage(features(50, 0, 4), features(40, 3, 4));
  // inside = d <= radii(real, 5); inside.sum() / (5 * 40), inside.any(0).mean()
  assertClose([density, coverage], [0.86, 0.72], 1e-12);
});

test("on a line by hand", () => {
  // Nearest other real points: balls 0 +- 1, 1 +- 1, 3 +- 2, 10 +- 7; of the generated: 0.5 +- 3.7, 4.2 +- 3.7, 20 +- 15.8.
  const [real, generated] = [line(0, 1, 3, 10), line(0.5, 4.2, 20)];
  const { precision, recall } = precisionAndRecall(real, generated, { neighbours: 1 });
  // 0.5 and 4.2 are in real balls, 20 in none; 0, 1, 3 and (by the ball of 20) 10 are in generated ones.
  assertClose([precision, recall], [2 / 3, 1], 1e-12);
  // 0.5 in the balls of 0 and 1, 4.2 in those of 3 and 10.
  const { density, coverage } = densityAndCoverage(real, generated, { neighbours: 1 });
  assertClose([density, coverage], [4 / 3, 1], 1e-12);
  const narrow = densityAndCoverage(real, line(0.5, 0.5), { neighbours: 1 });
  assertClose([narrow.density, narrow.coverage], [2, 1 / 2], 1e-12);
});

test("sets that lie apart have nothing in common", () => {
  const [real, far] = [line(0, 1, 2, 3.5), line(100, 101, 102, 103)];
  assert.deepEqual(precisionAndRecall(real, far), { precision: 0, recall: 0 });
  assert.deepEqual(densityAndCoverage(real, far, { neighbours: 3 }), { density: 0, coverage: 0 });
});

test("a mode that is left out lowers recall and coverage, not precision", () => {
  const [left, right] = [features(30, 0, 2), features(30, 0.5, 2)];
  const both: Features = {
    ...left,
    count: 60,
    values: Float32Array.from([...left.values, ...right.values.map((value) => value + 50)]),
  };
  const { precision, recall } = precisionAndRecall(both, features(30, 0.1, 2));
  assert.ok(precision > 0.9 && recall > 0.4 && recall <= 0.5, `precision ${precision}, recall ${recall}`);
  const { density, coverage } = densityAndCoverage(both, features(30, 0.1, 2));
  assert.ok(density > 0.8 && coverage > 0.4 && coverage <= 0.5, `density ${density}, coverage ${coverage}`);
});

test("a point is no neighbour of itself, wherever the set lies", () => {
  // At 100,000 the rounding of the squares is larger than the distances.
  const there = (offset: number) => densityAndCoverage(line(...range(8).map((i) => offset + i)), line(offset + 3.25));
  assert.deepEqual(there(0), there(100_000));
  assert.equal(there(100_000).coverage, 1);
  // Doubled points do count as neighbours of each other: balls of no width.
  assertClose([densityAndCoverage(line(0, 0, 5, 5), line(0.5, 4.5), { neighbours: 1 }).coverage], [0], 0);
});

test("sets with more distances than are held at once", () => {
  const [count, k] = [5000, 5];
  const [real, generated] = [normalPoints(1, count), normalPoints(2, count)];
  const apart = (a: Features, i: number, b: Features, j: number): number =>
    ((a.values[2 * i] as number) - (b.values[2 * j] as number)) ** 2 +
    ((a.values[2 * i + 1] as number) - (b.values[2 * j + 1] as number)) ** 2;
  let [inside, covered] = [0, 0];
  for (let i = 0; i < count; i++) {
    const nearest = new Array<number>(k).fill(Number.POSITIVE_INFINITY);
    for (let j = 0; j < count; j++) {
      const distance = apart(real, i, real, j);
      if (i === j || distance >= (nearest[k - 1] as number)) continue;
      nearest[k - 1] = distance;
      nearest.sort((a, b) => a - b);
    }
    let held = 0;
    for (let j = 0; j < count; j++) if (apart(real, i, generated, j) <= (nearest[k - 1] as number)) held++;
    inside += held;
    if (held > 0) covered++;
  }
  const { density, coverage } = densityAndCoverage(real, generated);
  // The squares' rounding may move a point that lies on a surface.
  assertClose([density, coverage], [inside / (k * count), covered / count], 1e-3);
  assert.ok(Math.abs(density - 1) < 0.05, `density ${density} of sets that are alike`);
});

test("counting leaves nothing behind", () =>
  assertNoLeak(() => {
    precisionAndRecall(features(20, 0, 4), features(20, 1, 4));
    densityAndCoverage(features(20, 0, 4), features(20, 1, 4));
  }));

test("sets that are too small or do not fit are refused", () => {
  const [few, many] = [line(1, 2, 3), line(1, 2, 3, 4, 5)];
  assert.throws(() => precisionAndRecall(few, many), /neighbours: got 3, want a whole number from 1 to 2/);
  assert.throws(() => precisionAndRecall(many, few), /neighbours: got 3/);
  assert.throws(() => densityAndCoverage(many, few), /neighbours: got 5/);
  assert.throws(() => densityAndCoverage(many, few, { neighbours: 1.5 }), /neighbours: got 1.5/);
  assert.throws(() => densityAndCoverage(many, line()), /features of 0 images/);
  assert.throws(() => precisionAndRecall(many, { ...many, name: "other" }), /different extractors/);
});
