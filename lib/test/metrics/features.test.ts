import assert from "node:assert/strict";
import { test } from "node:test";
import { extractAll, randomFeatures } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

function images(count: number, seed = 1): tf.Tensor4D {
  return openStream(seed, "data").uniform([count, 16, 16, 3], 0, 1) as tf.Tensor4D;
}

test("random features depend on the seed and on nothing else", () => {
  const batch = images(3);
  const [first, again, other] = [randomFeatures(4), randomFeatures(4), randomFeatures(5)];
  const [a, b, c] = [first, again, other].map((extractor) => extractAll(extractor, [batch]));
  assert.deepEqual(a, b);
  assert.equal(a?.count, 3);
  assert.equal(a?.size, 256);
  assert.equal(a?.name, "random network, seed 4");
  assert.notEqual(c?.name, a?.name);
  const differing = a?.values.filter((value, i) => value !== c?.values[i]).length ?? 0;
  assert.ok(differing > 500, `${differing} of 768 features differ between the seeds`);
});

test("random features vary between images and keep their scale", () => {
  const { values, size, count } = extractAll(randomFeatures(), [images(8)]);
  const rows = Array.from({ length: count }, (_, row) => values.slice(row * size, (row + 1) * size));
  assert.equal(new Set(rows.map((row) => row.join())).size, count);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  assert.ok(mean > 0.1 && mean < 10, `mean feature ${mean}`);
});

test("mid-grey is the middle of the random features: there is nothing to see", () => {
  assert.ok(extractAll(randomFeatures(), [tf.fill([1, 8, 8, 3], 0.5)]).values.every((value) => value === 0));
});

test("random features stay those of earlier versions, with which numbers are compared", () => {
  const wave = tf.sin(tf.range(0, 192)).abs().reshape<tf.Tensor4D>([1, 8, 8, 3]);
  const { values } = extractAll(randomFeatures(), [wave]);
  assertClose(values.slice(0, 6), [0, 0, 0.22948, 0.24467, 0, 0.42506], 5e-3);
});

test("the features of a set do not depend on how it is cut into batches", () => {
  const all = images(5);
  const extractor = randomFeatures();
  const whole = extractAll(extractor, [all]);
  const cut = extractAll(extractor, [all.slice(0, 2), all.slice(2, 1), all.slice(3, 2)]);
  assert.equal(cut.count, 5);
  assertClose(cut.values, whole.values, 1e-5);
});

test("random features are the mean and the maximum over the pixels after three halvings", () => {
  const halves = (side: number) => {
    const batch = openStream(2, "data").uniform([1, side, side, 3], 0, 1) as tf.Tensor4D;
    const { values, size } = extractAll(randomFeatures(), [batch]);
    return [Array.from(values.slice(0, size / 2)), Array.from(values.slice(size / 2))] as const;
  };
  const [mean, maximum] = halves(8);
  // One pixel is left.
  assert.deepEqual(mean, maximum);
  const [means, maxima] = halves(16);
  assert.ok(means.every((value, channel) => value >= 0 && value <= (maxima[channel] as number)));
  assert.ok(maxima.filter((value, channel) => value > (means[channel] as number)).length > 64);
});

test("extracting leaves nothing behind", async () => {
  const batch = images(2);
  await assertNoLeak(() => {
    const extractor = randomFeatures();
    extractAll(extractor, [batch, batch]);
    extractor.dispose();
  });
});

test("what has no features is refused", () => {
  const extractor = randomFeatures();
  assert.throws(() => extractAll(extractor, []), /features of no image/);
  assert.throws(() => extractor.extract(tf.zeros([2, 8, 8, 1])), /got images \[2,8,8,1\], want/);
  assert.throws(() => extractAll(extractor, [tf.fill([1, 8, 8, 3], Number.NaN)]), /feature 0 of image 0 is NaN/);
  assert.throws(() => randomFeatures(-1), /seed: got -1/);
});
