import assert from "node:assert/strict";
import { test } from "node:test";
import { runNative, tensorflowVersion, tf } from "../../src/runtime";

test("the native backend runs TensorFlow 2.21.0", () => {
  assert.equal(tf.getBackend(), "tensorflow");
  assert.equal(tensorflowVersion(), "2.21.0");
});

test("danfo.js shares the one TensorFlow runtime", () => {
  const danfo = require("danfojs-node");
  assert.equal(danfo.tensorflow, tf.tensor === danfo.tensorflow.tensor ? danfo.tensorflow : undefined);
  const runtimes = Object.keys(require.cache).filter((file) => file.endsWith(".node") && /tfjs/.test(file));
  assert.equal(runtimes.length, 1, `native bindings loaded: ${runtimes}`);
});

test("a failing native call names its op", () => {
  assert.throws(() => runNative("FusedBatchNormV3", {}, [tf.ones([1])], 6), /TensorFlow op FusedBatchNormV3 failed/);
});
