import assert from "node:assert/strict";
import { test } from "node:test";
import { measureMemory, peakResidentMiB, tf } from "../../src/runtime";

test("tensors are counted and memory is read in MiB", () => {
  const before = measureMemory();
  const tensor = tf.zeros([1024, 1024, 16]);
  tensor.dataSync();
  const during = measureMemory();
  assert.equal(during.tensors, before.tensors + 1);
  tensor.dispose();
  assert.equal(measureMemory().tensors, before.tensors);
  // 64 MiB were allocated; the peak cannot lie below what was resident then.
  assert.ok(peakResidentMiB() >= during.residentMiB - 1);
  assert.ok(during.residentMiB > 50 && during.residentMiB < 4096);
});
