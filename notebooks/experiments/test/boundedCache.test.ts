import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "ddpm-dip/runtime";
import { assertNoLeak } from "../../../lib/test/helpers";
import { boundedCache } from "../src/boundedCache";

test("of one value too many the least recently used is freed, and no other", () => {
  const freed: string[] = [];
  const cache = boundedCache<string>(2, (value) => freed.push(value));
  cache.set("a", "A");
  cache.set("b", "B");
  assert.equal(cache.get("a"), "A");
  assert.deepEqual(freed, []);
  cache.set("c", "C");
  assert.deepEqual(freed, ["B"]);
  assert.deepEqual([cache.get("a"), cache.get("b"), cache.get("c")], ["A", undefined, "C"]);
  cache.set("a", "A2");
  cache.set("a", "A2");
  assert.deepEqual(freed, ["B", "A"]);
  assert.deepEqual([cache.get("a"), cache.get("c")], ["A2", "C"]);
});

test("tensors beyond the bound do not stay alive", () =>
  assertNoLeak(() => {
    const cache = boundedCache<tf.Tensor>(1, (tensor) => tensor.dispose());
    for (let i = 0; i < 5; i++) cache.set(String(i), tf.scalar(i));
    assert.equal(cache.get("4")?.dataSync()[0], 4);
    cache.get("4")?.dispose();
  }));

test("a bound that keeps nothing is refused", () => {
  assert.throws(() => boundedCache(0), /most: got 0, want a whole number above 0/);
});
