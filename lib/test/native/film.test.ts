import assert from "node:assert/strict";
import { test } from "node:test";
import { applyFilmSilu, composeFilmSilu } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";
import { assertEqualFunctions } from "./equal";

type Shape = [number, number, number, number];

const draw = ([images, height, width, channels]: Shape) => {
  const stream = openStream(3, "data");
  const told = (draw: number) => stream.normal([images, channels], draw);
  return [stream.normal([images, height, width, channels]), stream.normal([channels], 1), told(2), told(3)];
};

const withInputs =
  (apply: typeof applyFilmSilu) =>
  (...[x, bias, scale, shift]: tf.Tensor[]) =>
    apply(x as tf.Tensor4D, { bias: bias as tf.Tensor, scale: scale as tf.Tensor2D, shift: shift as tf.Tensor2D });

for (const shape of [
  [2, 8, 8, 32],
  [3, 5, 7, 24],
  [1, 1, 1, 1],
  [2, 33, 17, 40],
] as Shape[]) {
  test(`modulation of [${shape}]: the kernel equals TensorFlow's ops, with its gradients`, () =>
    assertNoLeak(() =>
      tf.tidy(() => {
        const upper = openStream(4, "data").normal(shape);
        assertEqualFunctions(withInputs(applyFilmSilu), withInputs(composeFilmSilu), draw(shape), { upper });
      }),
    ));
}

test("modulation by nothing is SiLU, and by a scale of -1 a constant", () =>
  tf.tidy(() => {
    const [x, bias] = draw([2, 3, 3, 5]) as [tf.Tensor4D, tf.Tensor1D];
    const none = tf.zeros<tf.Rank.R2>([2, 5]);
    const plain = applyFilmSilu(x, { bias: tf.zeros([5]), scale: none, shift: none });
    assert.ok((plain.sub(x.mul(x.sigmoid())).abs().max().dataSync()[0] as number) < 1e-6);
    const flat = applyFilmSilu(x, { bias, scale: tf.fill([2, 5], -1), shift: tf.fill([2, 5], 2) });
    const constant = 2 / (1 + Math.exp(-2));
    assert.ok((flat.sub(constant).abs().max().dataSync()[0] as number) < 1e-6);
  }));

test("a NaN spoils its own value, and in the gradients of scale and shift its image's channel", () =>
  tf.tidy(() => {
    const shape: Shape = [2, 9, 9, 20];
    const [x, ...told] = draw(shape) as [tf.Tensor, ...tf.Tensor[]];
    const values = x.dataSync();
    values[9 * 9 * 20 + 26] = Number.NaN;
    const inputs = [tf.tensor4d(values, shape), ...told];
    const spoilt = (tensor: tf.Tensor) =>
      [...tensor.dataSync().keys()].filter((i) => Number.isNaN(tensor.dataSync()[i]));
    const apply = withInputs(applyFilmSilu);
    assert.deepEqual(spoilt(apply(...inputs)), [9 * 9 * 20 + 26]);
    const [dx, , dscale, dshift] = tf.grads((...given) => apply(...(given as tf.Tensor[])).sum())(
      inputs,
    ) as tf.Tensor[];
    assert.deepEqual(spoilt(dx as tf.Tensor), [9 * 9 * 20 + 26]);
    for (const tensor of [dscale, dshift]) assert.deepEqual(spoilt(tensor as tf.Tensor), [20 + 6]);
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const apply = (channels: number, told: [number, number]) =>
    tf.tidy(() => {
      const values = tf.zeros<tf.Rank.R2>(told);
      return applyFilmSilu(tf.zeros([1, 8, 8, 4]), { bias: tf.ones([channels]), scale: values, shift: values });
    });
  assert.throws(
    () => apply(5, [1, 4]),
    /DdpmDipFilm: got x \[1,8,8,4\], bias \[5\], .*want bias with one value a channel/,
  );
  assert.throws(() => apply(4, [2, 4]), /scale \[2,4\], shift \[2,4\]; want scale and shift with one value an image/);
});
