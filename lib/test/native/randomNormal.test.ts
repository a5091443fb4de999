import assert from "node:assert/strict";
import { test } from "node:test";
import { tf } from "../../src/runtime";
import { drawNormal, drawNormalFast } from "../../src/runtime/random";
import { assertClose } from "../helpers";

for (const shape of [[], [1], [3], [5, 7], [2, 33, 17, 3], [70_001]]) {
  test(`normal numbers of shape [${shape}]: the kernel's are TensorFlow's up to rounding`, () =>
    tf.tidy(() => {
      for (const [key, index] of [
        [1, 0],
        [-7, 3],
        [0x7fffffff, -1],
      ] as const) {
        const [found, expected] = [drawNormalFast(shape, key, index), drawNormal(shape, key, index)];
        assert.deepEqual(found.shape, expected.shape);
        // Numbers are at most 5.7 times the sine of an angle that TensorFlow rounds to 2.4e-7.
        assertClose(found.dataSync(), expected.dataSync(), 3e-6);
      }
    }));
}

test("the index may be a tensor", () =>
  tf.tidy(() => {
    const index = tf.scalar(5, "int32");
    assert.deepEqual(drawNormalFast([9], 3, index).dataSync(), drawNormalFast([9], 3, 5).dataSync());
  }));

test("a shape that does not fit is refused with the op and what it wants", () =>
  assert.throws(
    () => tf.tidy(() => drawNormalFast([1, 1, 1, 1, 1], 3, 5)),
    /DdpmDipRandomNormal: got shape \[5\], seed \[2\]; want a shape of at most 4 axes/,
  ));
