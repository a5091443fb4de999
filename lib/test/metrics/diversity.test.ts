import assert from "node:assert/strict";
import { test } from "node:test";
import { meanPairwiseDistance, nearestNeighbours } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range } from "../helpers";

/*
 * The same numbers in Python:
 * def images(n, rate):
 *     k = np.arange(n * 48)
 *     return np.float32(0.5 + 0.5 * np.sin(k * k * rate)).reshape(n, 48)
 * def rms(a, b): return np.sqrt(((a[:, None].astype(float) - b[None]) ** 2).mean(2))
 * x, y = images(7, 12.9898), images(9, 7.233)
 */
function images(count: number, rate: number): tf.Tensor4D {
  return tf.tensor4d(
    range(count * 48).map((k) => 0.5 + 0.5 * Math.sin(k * k * rate)),
    [count, 4, 4, 3],
  );
}

const x = images(7, 12.9898);
const y = images(9, 7.233);

test("the mean pairwise distance equals NumPy's", () => {
  // rms(x, x)[np.triu_indices(7, 1)].mean()
  assertClose([meanPairwiseDistance(x)], [0.5016102129484395], 1e-5);
});

test("the mean pairwise distance of flat images is that of their levels", () => {
  const flat = tf.tensor4d([0, 0.25, 1], [3, 1, 1, 1]).tile<tf.Tensor4D>([1, 5, 6, 3]);
  assertClose([meanPairwiseDistance(flat)], [(0.25 + 1 + 0.75) / 3], 1e-5);
  assertClose([meanPairwiseDistance(tf.fill([4, 5, 6, 3], 0.7))], [0], 1e-6);
});

test("images that are alike are less diverse", () => {
  const mean = tf.mean(x, 0, true);
  const alike = tf.add<tf.Tensor4D>(mean, tf.sub(x, mean).mul(0.25));
  assertClose([meanPairwiseDistance(alike)], [meanPairwiseDistance(x) / 4], 1e-5);
});

test("the nearest neighbours equal NumPy's, in any batches", () => {
  // rms(x, y).argmin(1), rms(x, y).min(1)
  const places = [1, 8, 6, 5, 8, 0, 6];
  const distances = [
    0.47932035041029825, 0.45132780839538067, 0.35808385352203237, 0.41132679988273785, 0.5048319966848245,
    0.4309545415497991, 0.45123294706362527,
  ];
  for (const batches of [[y], [y.slice(0, 4), y.slice(4, 0), y.slice(4, 3), y.slice(7, 2)] as tf.Tensor4D[]]) {
    const found = nearestNeighbours(x, batches);
    assert.deepEqual(
      found.map(({ index }) => index),
      places,
    );
    assertClose(
      found.map(({ distance }) => distance),
      distances,
      1e-6,
    );
  }
});

test("a copy is found at a distance of exactly 0, the first of several", () => {
  const found = nearestNeighbours(tf.reverse(x, 0), [y, x, x]);
  assert.deepEqual(
    found,
    range(7).map((i) => ({ index: 9 + 6 - i, distance: 0 })),
  );
});

test("more images than are compared at once", () => {
  const candidates = openStream(1, "data").uniform([4200, 1, 2, 1], 0, 1) as tf.Tensor4D;
  const shuffled = tf.reverse(candidates, 0);
  const found = nearestNeighbours(shuffled, [candidates]);
  assert.ok(found.every(({ distance }) => distance < 1e-3));
  const itself = found.filter(({ index, distance }, i) => index === 4199 - i && distance === 0).length;
  // In float32 another of so many points in a plane may seem as near.
  assert.ok(itself > 4000, `${itself} of 4200 found themselves`);
  // One stands apart from all others by 1.
  const apart = tf
    .oneHot(tf.tensor1d([0], "int32"), 4200)
    .reshape([4200, 1, 1, 1])
    .toFloat() as tf.Tensor4D;
  assertClose([meanPairwiseDistance(apart)], [2 / 4200], 1e-8);
  // Two uniform points of the unit square are 0.5214 apart on average (Philip 2007); here over the root of 2.
  assertClose([meanPairwiseDistance(candidates)], [0.5214 / Math.SQRT2], 0.005);
});

test("comparing leaves nothing behind", () =>
  assertNoLeak(() => {
    meanPairwiseDistance(x);
    nearestNeighbours(x, [y, y]);
  }));

test("images that cannot be compared are refused", () => {
  assert.throws(() => meanPairwiseDistance(tf.zeros([1, 4, 4, 3])), /pairs: got 1 images, want at least 2/);
  assert.throws(
    () => nearestNeighbours(x, [y, tf.zeros([2, 4, 4, 1])]),
    /images of \[4,4,3\] have none among candidates of \[4,4,1\]/,
  );
  assert.throws(() => nearestNeighbours(x, []), /there is no candidate/);
});
