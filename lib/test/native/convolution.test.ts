import assert from "node:assert/strict";
import { test } from "node:test";
import { type ConvolutionSettings, composeConvolution, filterMinimally } from "../../src/nn";
import { openStream, runNative, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";
import { assertEqualFunctions } from "./equal";

type Images = tf.Tensor4D;

const plain: ConvolutionSettings = { margin: 1, enlarged: false, relu: false };

const zeros = (shape: number[]) => tf.zeros<tf.Rank>(shape) as Images;

/** The shape of a convolution of images [images, height, width, in]. */
const shapeOf = ([images, height, width]: number[], outputs: number, { margin, enlarged }: ConvolutionSettings) => {
  const side = (extent = 0) => (enlarged ? 2 * extent : extent) + 2 * margin - 2;
  return [images ?? 0, side(height), side(width), outputs];
};

for (const [shape, outputs, margin, enlarged, relu = false] of [
  [[1, 16, 16, 32], 64, 1, false],
  [[2, 7, 8, 32], 24, 1, false, true],
  [[2, 9, 13, 20], 33, 1, false],
  [[2, 9, 13, 20], 33, 0, false],
  [[1, 1, 1, 16], 16, 1, false],
  [[3, 3, 3, 17], 5, 0, false],
  [[1, 3, 70, 130], 132, 0, false],
  [[2, 5, 4, 24], 50, 1, true],
  [[1, 3, 5, 18], 48, 0, true],
  [[1, 40, 4, 12], 3, 1, false],
] as const) {
  const settings = { margin, enlarged, relu };
  const of = `[${shape}] to ${outputs} channels, margin ${margin}${enlarged ? ", enlarged" : ""}${relu ? ", ReLU" : ""}`;
  test(`convolution of ${of}: the kernel equals TensorFlow's op`, () =>
    assertNoLeak(() =>
      tf.tidy(() => {
        const draw = (own: readonly number[], i: number) => openStream(3, "data").normal([...own], i);
        const result = shapeOf([...shape], outputs, settings);
        const all = [draw(shape, 0), draw([3, 3, shape[3], outputs], 1), draw([outputs], 2), draw(result, 3)];
        const upper = draw(result, 4);
        for (const inputs of [all, all.slice(0, 3), all.slice(0, 2)]) {
          const [found, expected] = [filterMinimally, composeConvolution].map(
            (apply) =>
              (...given: tf.Tensor[]) =>
                apply(given[0] as Images, given[1] as Images, { bias: given[2], added: given[3] as Images }, settings),
          ) as [(...given: tf.Tensor[]) => tf.Tensor, (...given: tf.Tensor[]) => tf.Tensor];
          assertEqualFunctions(found, expected, inputs, { upper });
        }
      }),
    ));
}

test("a constant image under a kernel that sums to one stays what it is", () =>
  tf.tidy(() => {
    const kernel = tf.fill([3, 3, 16, 16], 1 / 144) as Images;
    const y = filterMinimally(tf.fill([1, 10, 10, 16], 3) as Images, kernel, {}, { ...plain, margin: 0 });
    assert.deepEqual(y.shape, [1, 8, 8, 16]);
    for (const value of y.dataSync()) assert.ok(Math.abs(value - 3) < 1e-5, String(value));
  }));

test("a NaN spoils the tiles that see it and no others", () =>
  tf.tidy(() => {
    const values = new Float32Array(16 * 16 * 16);
    values[(5 * 16 + 5) * 16 + 3] = Number.NaN;
    const x = tf.tensor4d(values, [1, 16, 16, 16]);
    const y = filterMinimally(x, tf.ones([3, 3, 16, 16]), {}, plain);
    const spoilt = y.slice([0, 0, 0, 0], [1, 16, 16, 1]).dataSync().filter(Number.isNaN).length;
    // Pixel (5, 5) is inside the 6x6 pixels of one tile, which gives rows and columns 4 to 7.
    assert.equal(spoilt, 16);
  }));

test("shapes that do not fit are refused with the op, the shapes and what it wants", () => {
  const refused = (x: number[], weight: number[], terms: number[][], message: RegExp, margin = 1) => {
    const run = () => {
      const [bias, added] = terms.map(zeros);
      filterMinimally(zeros(x), zeros(weight), { bias, added }, { ...plain, margin });
    };
    assert.throws(() => tf.tidy(run), message);
  };
  refused(
    [1, 8, 8, 16],
    [3, 3, 12, 16],
    [],
    /DdpmDipConvolution: got x \[1,8,8,16\], weight \[3,3,12,16\].*\[3,3,in,out\]/,
  );
  refused([1, 8, 8, 16], [5, 5, 16, 16], [], /weight \[5,5,16,16\]/);
  refused([1, 2, 8, 16], [3, 3, 16, 16], [], /at least 3 pixels/, 0);
  refused([1, 8, 8, 16], [3, 3, 16, 16], [], /margin of 0 or 1/, 2);
  refused([1, 8, 8, 16], [3, 3, 16, 20], [[16]], /bias \[16\], added \[0\]; want bias \[out\] or none/);
  refused([1, 8, 8, 16], [3, 3, 16, 20], [[20], [1, 8, 8, 16]], /want added of the result's shape or none/);
  refused([1, 8, 8, 16], [3, 3, 16, 0], [], /x \[1,8,8,16\], weight \[3,3,16,0\]/);
  const attributes = { int: { margin: 1 }, bool: { enlarged: false } };
  const gradients: [op: string, inputs: number[][]][] = [
    ["DdpmDipConvolutionGradInput", [[], [3, 3, 2, 3]]],
    ["DdpmDipConvolutionGradWeight", [[], []]],
    ["DdpmDipConvolutionGradWeight", [[1, 8, 8, 2], []]],
  ];
  for (const [op, shapes] of gradients) {
    const run = () => runNative(op, attributes, shapes.map(zeros), 1)[0] as tf.Tensor;
    assert.throws(() => tf.tidy(run), new RegExp(`${op}: got .*\\[\\].*; want `));
  }
});
