import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeSafetensors, encodeSafetensors, readCheckpoint, tf, writeCheckpoint } from "../../src/runtime";
import { assertNoLeak, temporaryFolder } from "../helpers";

// safetensors.numpy.save_file({"b.weight": arange(6).reshape(2, 3)/4, "a.bias": [1.5, -2]}, file, metadata={"step": "7"})
const written = join(__dirname, "..", "fixtures", "python.safetensors");

test("a file of the Python package is read", () => {
  const { tensors, metadata } = readCheckpoint(written);
  assert.deepEqual(metadata, { step: "7" });
  assert.deepEqual(tensors["b.weight"]?.shape, [2, 3]);
  assert.deepEqual(Array.from(tensors["b.weight"]?.dataSync() ?? []), [0, 0.25, 0.5, 0.75, 1, 1.25]);
  assert.deepEqual(Array.from(tensors["a.bias"]?.dataSync() ?? []), [1.5, -2]);
});

test("the same tensors are written to the same bytes as by the Python package", () => {
  assert.deepEqual(encodeSafetensors(readCheckpoint(written)), readFileSync(written));
});

test("a checkpoint survives a round trip through a file, and nothing leaks", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  await assertNoLeak(async () => {
    const weight = tf.tensor2d([
      [1, 2],
      [3, Math.fround(0.1)],
    ]);
    await writeCheckpoint(file, { tensors: { weight }, metadata: {} });
    const read = readCheckpoint(file);
    assert.deepEqual(read.tensors.weight?.arraySync(), weight.arraySync());
    tf.dispose([weight, read.tensors.weight as tf.Tensor]);
  });
});

test("damage is named", () => {
  const bytes = readFileSync(written);
  assert.throws(() => decodeSafetensors(bytes.subarray(0, 5), "w.safetensors"), /w\.safetensors is damaged: 5 bytes/);
  assert.throws(() => decodeSafetensors(bytes.subarray(0, 40), "w"), /the header claims 152 bytes, 32 are there/);
  assert.throws(
    () => decodeSafetensors(bytes.subarray(0, bytes.length - 4), "w"),
    /tensor "b.weight" of shape \[2,3\] needs 24 bytes/,
  );
  const garbled = Buffer.from(bytes);
  garbled[8] = 0x20;
  assert.throws(() => decodeSafetensors(garbled, "w"), /the header is not a JSON object/);
});

test("other types than float32 are refused", () => {
  const tensors = { count: tf.tensor1d([1], "int32") };
  assert.throws(() => encodeSafetensors({ tensors, metadata: {} }), /tensor "count": got int32, want float32/);
});

// numpy: [1, -2, 0.1, 65504, 1e-7, 5.960464477539063e-08, 0, -0.0, 2.0009765625, 1.00048828125, 1e6] as float16
const [given, halves] = [
  [1, -2, 0.1, 65504, 1e-7, 2 ** -24, 0, -0, 2.0009765625, 1.00048828125, 1e6],
  [15360, 49152, 11878, 31743, 2, 1, 0, 32768, 16384, 15360, 31744],
];

test("half precision rounds as numpy does, and half numbers are read exactly", () => {
  const tensors = { weight: tf.tensor1d(given) };
  const bytes = encodeSafetensors({ tensors, metadata: {} }, { precision: "float16" });
  const body = bytes.subarray(bytes.length - 2 * given.length);
  assert.deepEqual(
    Array.from(given, (_, i) => body.readUInt16LE(2 * i)),
    halves,
  );
  const read = decodeSafetensors(bytes).tensors.weight as tf.Tensor;
  const expected = [1, -2, 0.0999755859375, 65504, 2 ** -23, 2 ** -24, 0, -0, 2, 1];
  assert.deepEqual(Array.from(read.dataSync()), [...expected, Number.POSITIVE_INFINITY]);
  tf.dispose([read, tensors.weight]);
});
