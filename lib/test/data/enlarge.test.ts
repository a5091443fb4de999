import assert from "node:assert/strict";
import { test } from "node:test";
import { enlargeBicubic } from "../../src/data";
import { tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

test("enlarging keeps flat and tilted images, in place", () =>
  assertNoLeak(() => {
    const flat = tf.fill([1, 3, 4, 3], 0.4) as tf.Tensor4D;
    const larger = enlargeBicubic(flat, 9, 8);
    assert.deepEqual(larger.shape, [1, 9, 8, 3]);
    assertClose(larger.dataSync(), new Array(larger.size).fill(0.4), 1e-6);
    // Pixel i of twice the size lies at (i + 1/2) / 2 - 1/2.
    const tilted = tf.tensor4d(range(16), [1, 1, 16, 1]);
    const twice = enlargeBicubic(tilted, 2, 32);
    const middle = Array.from(twice.dataSync()).slice(4, 28);
    assertClose(
      middle,
      range(24).map((i) => (i + 4.5) / 2 - 0.5),
      1e-5,
    );
    disposeAll(flat, larger, tilted, twice);
  }));

test("one pixel spreads by Keys's kernel", () => {
  const impulse = tf.tensor4d(
    range(9).map((i) => (i === 4 ? 1 : 0)),
    [1, 1, 9, 1],
  );
  // w(s) = 1.5 |s|^3 - 2.5 |s|^2 + 1 below 1, -0.5 |s|^3 + 2.5 |s|^2 - 4 |s| + 2 below 2, at the quarters.
  const near = (s: number) => 1.5 * s ** 3 - 2.5 * s ** 2 + 1;
  const far = (s: number) => -0.5 * s ** 3 + 2.5 * s ** 2 - 4 * s + 2;
  const side = [far(1.75), far(1.25), near(0.75), near(0.25)];
  const found = Array.from(enlargeBicubic(impulse, 1, 18).dataSync()).slice(5, 13);
  assertClose(found, [...side, ...[...side].reverse()], 2e-3);
});

test("sizes that are none are refused", () => {
  assert.throws(() => enlargeBicubic(tf.zeros([1, 2, 2, 1]), 0, 4), /height: got 0, want a whole number above 0/);
});
