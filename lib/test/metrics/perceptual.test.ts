import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { loadPerceptual } from "../../src/metrics";
import { projectFolder, readCheckpoint, tf, writeCheckpoint } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, drawRamp, temporaryFolder } from "../helpers";

const checkpoints = join(projectFolder(), "data", "checkpoints");
const file = join(checkpoints, "stlpips-alex.safetensors");

// scripts/features/stLpips.py --golden: pairs of images and LPIPS(net="alex", variant="shift_tolerant") of them.
const fixture = join(__dirname, "..", "fixtures", "stlpips.safetensors");

test("the distances are those of the PyTorch package that ships the weights, at even and odd sizes", () =>
  assertNoLeak(() => {
    const { tensors } = readCheckpoint(fixture);
    const metric = loadPerceptual(file);
    assert.equal(metric.name, "shift-tolerant LPIPS (AlexNet)");
    for (const size of ["even", "odd"]) {
      const [a, b] = [tensors[`${size}.a`] as tf.Tensor4D, tensors[`${size}.b`] as tf.Tensor4D];
      const expected = (tensors[`${size}.distances`] as tf.Tensor1D).dataSync();
      const distances = metric.distance(a, b);
      assertClose(distances, expected, 1e-4);
      assert.ok(Math.min(...distances) > 0.1, `${distances}`);
      assertClose(metric.distance(b, a), distances, 1e-6);
      assert.deepEqual(metric.distance(a, a), Array(a.shape[0]).fill(0));
    }
    tf.dispose(tensors);
    metric.dispose();
  }));

test("an image's distance does not depend on its batch", () =>
  assertNoLeak(() => {
    const { tensors } = readCheckpoint(fixture);
    const metric = loadPerceptual(file);
    const [a, b] = [tensors["even.a"] as tf.Tensor4D, tensors["even.b"] as tf.Tensor4D];
    const second = (x: tf.Tensor4D): tf.Tensor4D => x.slice([1, 0, 0, 0], [1, -1, -1, -1]);
    const alone = tf.tidy(() => metric.distance(second(a), second(b)));
    assertClose(alone, metric.distance(a, b).slice(1), 1e-6);
    tf.dispose(tensors);
    metric.dispose();
  }));

test("the distance grows with the level of the noise, and values beyond [0, 1] are clipped", () =>
  assertNoLeak(() => {
    const metric = loadPerceptual(file);
    const image = drawRamp(48, 0.2, 0.8);
    const noise = tf.randomNormal([1, 48, 48, 3], 0, 1, "float32", 1) as tf.Tensor4D;
    const noisy = [0, 0.05, 0.1, 0.2, 0.4].map((level) => tf.tidy(() => image.add<tf.Tensor4D>(noise.mul(level))));
    const distances = noisy.map((other) => metric.distance(image, other)[0] as number);
    assert.equal(distances[0], 0);
    for (const [place, distance] of distances.slice(1).entries()) {
      assert.ok(distance > (distances[place] as number) + 1e-3, `${distances}`);
    }
    const clipped = tf.tidy(() => (noisy[4] as tf.Tensor4D).clipByValue(0, 1) as tf.Tensor4D);
    assert.deepEqual(metric.distance(image, clipped), [distances[4]]);
    disposeAll(metric, image, noise, clipped, ...noisy);
  }));

test("images of 21 pixels are the smallest; shorter, grey and unequal ones are refused", () =>
  assertNoLeak(() => {
    const metric = loadPerceptual(file);
    const refused = (a: tf.Tensor4D, b: tf.Tensor4D, message: RegExp) => {
      assert.throws(() => metric.distance(a, b), { name: "RangeError", message });
      disposeAll(a, b);
    };
    const [zeros, ones] = [tf.zeros([1, 21, 30, 3]) as tf.Tensor4D, tf.ones([1, 21, 30, 3]) as tf.Tensor4D];
    assert.ok((metric.distance(zeros, ones)[0] as number) > 0);
    refused(tf.zeros([1, 20, 30, 3]), tf.zeros([1, 20, 30, 3]), /needs sides of at least 21, got 30x20/);
    refused(tf.zeros([1, 30, 20, 3]), tf.zeros([1, 30, 20, 3]), /needs sides of at least 21, got 20x30/);
    refused(tf.zeros([1, 30, 30, 1]), tf.zeros([1, 30, 30, 1]), /got images \[1,30,30,1\]/);
    refused(tf.zeros([1, 30, 30, 3]), tf.zeros([2, 30, 30, 3]), /different shapes: \[1,30,30,3\] and \[2,30,30,3\]/);
    disposeAll(metric, zeros, ones);
  }));

test("another network's file, a cut one, one without a tensor and one of other shapes are refused by name", () =>
  assertNoLeak(async () => {
    const folder = temporaryFolder();
    const other = join(checkpoints, "classifier.safetensors");
    assert.throws(
      () => loadPerceptual(other),
      /classifier.safetensors holds no stlpips-alex: "head.0.weight" is missing/,
    );
    assert.throws(() => loadPerceptual(join(checkpoints, "nothing")), /nothing/);
    const half = join(folder, "half.safetensors");
    const bytes = readFileSync(file);
    writeFileSync(half, bytes.subarray(0, bytes.length / 2));
    assert.throws(() => loadPerceptual(half), /half.safetensors is damaged: tensor/);
    const { tensors, metadata } = readCheckpoint(file);
    const { "head.3.weight": lost, ...rest } = tensors;
    const [lacking, short] = [join(folder, "lacking.safetensors"), join(folder, "short.safetensors")];
    await writeCheckpoint(lacking, { tensors: rest, metadata });
    assert.throws(
      () => loadPerceptual(lacking),
      /lacking.safetensors holds no stlpips-alex: "head.3.weight" is missing/,
    );
    const head = tf.zeros([7]);
    await writeCheckpoint(short, { tensors: { ...rest, "head.3.weight": head }, metadata });
    assert.throws(() => loadPerceptual(short), /short.safetensors holds no .*"head.3.weight" is \[7\], want \[256\]/);
    assert.ok(lost);
    tf.dispose([tensors, head]);
  }));
