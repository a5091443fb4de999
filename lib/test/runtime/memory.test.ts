import assert from "node:assert/strict";
import { test } from "node:test";
import { peakResidentMiB, tf } from "../../src/runtime";

test("the peak of the resident memory is read in MiB", () => {
  const tensor = tf.zeros([1024, 1024, 16]);
  tensor.dataSync();
  const residentMiB = process.memoryUsage.rss() / 2 ** 20;
  tensor.dispose();
  // 64 MiB were allocated; the peak cannot lie below what was resident then.
  assert.ok(peakResidentMiB() >= residentMiB - 1);
  assert.ok(residentMiB > 64 && peakResidentMiB() < 4096);
});
