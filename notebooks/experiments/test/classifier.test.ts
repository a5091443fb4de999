import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { extractAll, loadClassifier } from "ddpm-dip/metrics";
import { openStream, tf, writeCheckpoint } from "ddpm-dip/runtime";
import { assertNoLeak, range, temporaryFolder } from "../../../lib/test/helpers";
import { training } from "../src";

/** Two kinds of pictures that a classifier can tell apart: dark and light, with noise. */
function pictures(count: number, seed: number) {
  const labels = range(count).map((i) => i % 2);
  const images = tf.tidy(() => {
    const levels = tf.tensor4d(
      labels.map((label) => 0.3 + 0.4 * label),
      [count, 1, 1, 1],
    );
    const noise = openStream(seed, "data").uniform([count, 8, 8, 3], -0.2, 0.2);
    return levels.add(noise).mul(255).round().div(255) as tf.Tensor4D;
  });
  return { images, labels };
}

test("the classifier learns, and its features come back from its file under its name", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const images = { train: pictures(40, 1), test: pictures(20, 2) };
    const losses: number[] = [];
    const right = await training.trainClassifier({
      images,
      folder,
      steps: 12,
      batch: 8,
      onProgress: ({ loss }) => losses.push(loss),
    });
    assert.equal(losses.length, 12);
    assert.ok((losses.at(-1) as number) < (losses[0] as number) / 2, `${losses}`);
    assert.ok((right as number) > 0.9, `${right}`);
    assert.match(readFileSync(join(folder, "classifier.md"), "utf8"), /npm run train -- classifier --data/);
    const features = loadClassifier(join(folder, "classifier.safetensors"));
    const seen = extractAll(features, [images.test.images]);
    assert.deepEqual([seen.count, seen.size], [20, 192]);
    assert.equal(seen.name, "CIFAR-10 classifier of this project");
    features.dispose();
    tf.dispose([images.train.images, images.test.images]);
  }));

test("a training that is aborted writes nothing, and one without images is refused", async () => {
  const folder = temporaryFolder();
  const images = { train: pictures(16, 1), test: pictures(16, 2) };
  const right = await training.trainClassifier({ images, folder, steps: 4, batch: 8, signal: AbortSignal.abort() });
  assert.equal(right, undefined);
  assert.throws(() => loadClassifier(join(folder, "classifier.safetensors")));
  await assert.rejects(training.trainClassifier({ folder }), /CIFAR-10 is not part of this project/);
});

test("a file without the classifier's layers is named", async () => {
  const file = join(temporaryFolder(), "x.safetensors");
  await writeCheckpoint(file, { tensors: { a: tf.zeros([1]) }, metadata: { kind: "classifier" } });
  assert.throws(() => loadClassifier(file), /x\.safetensors holds no classifier: "layer\.0\.weight" is missing/);
});
