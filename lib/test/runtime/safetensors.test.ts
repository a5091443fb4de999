import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
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

// numpy: [1, -2, 0.1, 65504, 1e-7, 5.960464477539063e-08, 0, -0.0, 2.0009765625, 1.00048828125] as float16
const [given, halves] = [
  [1, -2, 0.1, 65504, 1e-7, 2 ** -24, 0, -0, 2.0009765625, 1.00048828125],
  [15360, 49152, 11878, 31743, 2, 1, 0, 32768, 16384, 15360],
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
  assert.deepEqual(Array.from(read.dataSync()), expected);
  tf.dispose([read, tensors.weight]);
  const large = { tensors: { weight: tf.tensor1d([1, -65520]) }, metadata: {} };
  assert.throws(() => encodeSafetensors(large, { precision: "float16" }), /"weight": -65520 is beyond half precision/);
});

/** A file with this header and so many bytes of data. */
function craft(header: unknown, length: number): Buffer {
  const text = Buffer.from(typeof header === "string" ? header : JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, Buffer.alloc(length)]);
}
const four = (from: number) => ({ dtype: "F32", shape: [1], data_offsets: [from, from + 4] });

const forbidden: Record<string, [unknown, number, RegExp]> = {
  "a gap between tensors": [{ a: four(0), b: four(8) }, 12, /tensor "b" begins at 8, the one before it ends at 4/],
  "tensors that overlap": [{ a: four(0), b: four(2) }, 6, /tensor "b" begins at 2, the one before it ends at 4/],
  "bytes behind the last tensor": [{ a: four(0) }, 8, /its tensors end at 4 of 8 bytes/],
  "offsets that run backwards": [{ a: { ...four(0), data_offsets: [4, 0] } }, 4, /tensor "a" of shape \[1\] needs 4/],
  "a side that is not whole": [{ a: { ...four(0), shape: [0.5] } }, 4, /tensor "a": /],
  "a shape beyond all bounds": [
    { a: { ...four(0), shape: [1e9, 1e9] } },
    4,
    /tensor "a" of shape .* needs 4000000000000000000 bytes/,
  ],
  "a type that is not read": [{ a: { ...four(0), dtype: "BF16" } }, 4, /tensor "a": only F32 and F16 tensors are read/],
  "metadata that are no text": [{ __metadata__: { step: 7 }, a: four(0) }, 4, /its metadata is not text by name/],
  "a list for a header": ["[]", 0, /the header is not a JSON object/],
  "a digest of other data": [{ __metadata__: { sha256: "00" }, a: four(0) }, 4, /do not match their digest/],
};
for (const [name, [header, length, message]] of Object.entries(forbidden)) {
  test(`${name} is refused by name, before a tensor is made`, () =>
    assertNoLeak(() => assert.throws(() => decodeSafetensors(craft(header, length), "w"), message)));
}

test("a number that is not finite is refused with its tensor's name", () => {
  const bytes = encodeSafetensors({ tensors: { bad: tf.tensor1d([0, Number.NaN]) }, metadata: {} });
  assert.throws(() => decodeSafetensors(bytes, "w"), /w is damaged: tensor "bad" holds NaN at 1, want finite numbers/);
});

test("a written file that changes by one bit is refused", async () => {
  const file = join(temporaryFolder(), "weights.safetensors");
  await writeCheckpoint(file, { tensors: { a: tf.tensor1d([1, 2]) }, metadata: { step: "7" } });
  assert.deepEqual(readCheckpoint(file).metadata, { step: "7" });
  const bytes = readFileSync(file);
  bytes[bytes.length - 1] = (bytes[bytes.length - 1] as number) ^ 1;
  writeFileSync(file, bytes);
  assert.throws(() => readCheckpoint(file), /weights\.safetensors is damaged: its data do not match their digest/);
});
