import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { loadImagenetFeatures } from "../../src/metrics";
import { projectFolder, readCheckpoint, tf, writeCheckpoint } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, temporaryFolder } from "../helpers";

const checkpoints = join(projectFolder(), "data", "checkpoints");
const file = join(checkpoints, "efficientnet-lite0.safetensors");
const fixture = join(__dirname, "..", "fixtures", "efficientNet.safetensors");

test("the features are those of the PyTorch package that ships the weights, of one image as of two", () =>
  assertNoLeak(() => {
    const { tensors } = readCheckpoint(fixture);
    const [images, features] = [tensors.images as tf.Tensor4D, tensors.features as tf.Tensor2D];
    const extractor = loadImagenetFeatures(file);
    const both = extractor.extract(images);
    const second = tf.tidy(() => extractor.extract(images.slice([1, 0, 0, 0], [1, -1, -1, -1])));
    assert.deepEqual(both.shape, [2, extractor.size]);
    // The features are some tenths large, some negative; the network has fifty convolutions in float32.
    assertClose(both.dataSync(), features.dataSync(), 2e-4);
    const spread = tf.tidy(() => tf.moments(features).variance.sqrt().dataSync()[0] as number);
    assert.ok(spread > 0.1, `${spread}`);
    assertClose(second.dataSync(), both.dataSync().slice(extractor.size), 2e-5);
    disposeAll(both, second, images, features, extractor);
  }));

test("another network's file, a cut one and grey images are refused by name", () =>
  assertNoLeak(async () => {
    const other = join(checkpoints, "classifier.safetensors");
    assert.throws(
      () => loadImagenetFeatures(other),
      /classifier.safetensors holds no efficientnet-lite0: "stem.weight"/,
    );
    assert.throws(() => loadImagenetFeatures(join(checkpoints, "nothing")), /nothing/);
    const { tensors, metadata } = readCheckpoint(file);
    const { "block.3.project.bias": lost, ...rest } = tensors;
    const cut = join(temporaryFolder(), "cut.safetensors");
    await writeCheckpoint(cut, { tensors: rest, metadata });
    tf.dispose(tensors);
    assert.ok(lost?.isDisposed);
    assert.throws(() => loadImagenetFeatures(cut), /holds no efficientnet-lite0: "block.3.project.bias" is missing/);
    const extractor = loadImagenetFeatures(file);
    const grey = tf.zeros([1, 8, 8, 1]) as tf.Tensor4D;
    assert.throws(() => extractor.extract(grey), /features: got images \[1,8,8,1\]/);
    disposeAll(extractor, grey);
  }));
