import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { extractAll, frechetDistance, loadInception } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range, temporaryFolder } from "../helpers";
import { writeTinyModel } from "./tinyModel";

const folder = temporaryFolder();

test("images reach the network as 299 x 299 in [-1, 1], interpolated between the centres of pixels", async () => {
  writeTinyModel(join(folder, "tiny"));
  const extractor = await loadInception(join(folder, "tiny"));
  // Two columns; the channels are 0 to 1, 1 to 0 and 0.25 throughout.
  const image = tf.tensor4d([0, 1, 0.25, 1, 0, 0.25], [1, 1, 2, 3]);
  const { values, size, count, name } = extractAll(extractor, [image, tf.sub(1, image)]);
  assert.deepEqual([name, size, count], ["Inception-v3", 2048, 2]);
  const expected = range(2048).map((k) => {
    const column = Math.floor(k / 3) % 299;
    const share = Math.min(1, Math.max(0, ((column + 0.5) * 2) / 299 - 0.5));
    return 2 * ([share, 1 - share, 0.25][k % 3] as number) - 1;
  });
  assertClose(values.slice(0, 2048), expected, 1e-5);
  assertClose(
    values.slice(2048),
    expected.map((value) => -value),
    1e-5,
  );
  extractor.dispose();
});

test("its Frechet distance is named FID", async () => {
  writeTinyModel(join(folder, "named"));
  const extractor = await loadInception(join(folder, "named"));
  const one = extractAll(extractor, [tf.zeros([1, 2, 2, 3])]);
  assert.equal(one.name, "Inception-v3");
  // One image is not enough for a covariance, whatever made its features.
  assert.throws(() => frechetDistance(one, one), /features of 1 images/);
  extractor.dispose();
});

test("loading and extracting leave nothing behind", async () => {
  writeTinyModel(join(folder, "leak"));
  const images = openStream(1, "data").uniform([2, 8, 8, 3], 0, 1) as tf.Tensor4D;
  await assertNoLeak(async () => {
    const extractor = await loadInception(join(folder, "leak"));
    extractAll(extractor, [images]);
    extractor.dispose();
    assert.throws(() => extractor.extract(images), /already been deleted/);
  });
  assert.equal(tf.node.getNumOfSavedModels(), 0);
});

test("what is no Inception-v3 is refused and freed", async () => {
  await assert.rejects(
    loadInception(join(folder, "nothing")),
    /nothing holds no TensorFlow SavedModel of Inception-v3/,
  );
  writeTinyModel(join(folder, "classes"), { size: 1001 });
  writeTinyModel(join(folder, "twice"), { outputs: 2 });
  await assertNoLeak(async () => {
    await assert.rejects(loadInception(join(folder, "classes")), /gives \[2,1001\] for 2 images, want \[2, 2048\]/);
    await assert.rejects(loadInception(join(folder, "twice")), /the model has several outputs, want one/);
  });
  assert.equal(tf.node.getNumOfSavedModels(), 0);
});

test("images without three channels are refused", async () => {
  writeTinyModel(join(folder, "grey"));
  const extractor = await loadInception(join(folder, "grey"));
  assert.throws(() => extractor.extract(tf.zeros([1, 8, 8, 1])), /got images \[1,8,8,1\], want/);
  extractor.dispose();
});
