import assert from "node:assert/strict";
import { test } from "node:test";
import { createMasking, createSampledTransform } from "../../src/data";
import { fitEach } from "../../src/dip";
import { addConvolutionEach, convolveEach, disposeParameters, type Parameters as Weights } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const images = openStream(1, "data").uniform([3, 16, 16, 3], 0.1, 0.9) as tf.Tensor4D;
const tiny = { filters: [8, 8], iterations: 12 };
const slice = (x: tf.Tensor4D, first: number, count: number) => tf.slice(x, [first, 0, 0, 0], [count, -1, -1, -1]);

/** The outputs of a fit's last iteration. */
function lastOutput(targets: tf.Tensor4D, options: Parameters<typeof fitEach>[1] = {}): Float32Array {
  let last: Float32Array = new Float32Array();
  for (const { output } of fitEach(targets, { ...tiny, ...options })) last = output.dataSync() as Float32Array;
  return Float32Array.from(last);
}
test("each image is convolved with its own kernel, as conv2d would", () =>
  assertNoLeak(() => {
    for (const kernel of [1, 3]) {
      const parameters: Weights = {};
      const random = [0, 1, 2].map((i) => openStream(5, "network", `image ${i}`));
      addConvolutionEach(parameters, "c", { kernel, inputs: 3, outputs: 4, random });
      const found = convolveEach(parameters, "c", images);
      const wanted = tf.tidy(() =>
        tf.concat(
          [0, 1, 2].map((i) => {
            const weight = tf.slice(parameters["c.weight"] as tf.Variable<tf.Rank.R3>, [i, 0, 0], [1, -1, -1]);
            const margin = (kernel - 1) / 2;
            const padded = tf.mirrorPad(
              slice(images, i, 1),
              [
                [0, 0],
                [margin, margin],
                [margin, margin],
                [0, 0],
              ],
              "reflect",
            );
            return tf.conv2d(padded as tf.Tensor4D, weight.reshape([kernel, kernel, 3, 4]) as tf.Tensor4D, 1, "valid");
          }),
        ),
      );
      assertClose(found.dataSync(), wanted.dataSync(), 1e-5);
      disposeParameters(parameters);
      tf.dispose([found, wanted]);
    }
  }));

test("a fit of many images is the fits of each by itself", () =>
  assertNoLeak(() => {
    const together = lastOutput(images);
    const size = together.length / 3;
    for (const i of [0, 2]) {
      const one = slice(images, i, 1);
      assertClose(lastOutput(one, { firstImage: i }), together.subarray(i * size, (i + 1) * size), 2e-3);
      one.dispose();
    }
  }));

test("the recorded fit is the eager one, and a repeated one the same to the bit", () =>
  assertNoLeak(() => {
    const recorded = lastOutput(images);
    assert.deepEqual(lastOutput(images), recorded);
    const few = { iterations: 3 };
    assertClose(lastOutput(images, { ...few, engine: "eager" }), lastOutput(images, few), 1e-3);
    assert.notDeepEqual(lastOutput(images, { firstImage: 1 }), recorded);
  }));

/** A mask of its own for each of the images. */
const drawMasks = () =>
  tf.tidy(() => openStream(2, "data").uniform([3, 16, 16, 1], 0, 1).greater(0.5).toFloat()) as tf.Tensor4D;

test("a fit comes near what was measured of each image, pixels or values of a spectrum", () =>
  assertNoLeak(() => {
    const mask = drawMasks();
    for (const operator of [createMasking(mask), createSampledTransform(mask, "hadamard", openStream(3, "data"))]) {
      const target = operator.measure(images);
      const fit = fitEach(target, { ...tiny, iterations: 80, measure: operator.measure });
      const losses = Array.from(fit, ({ loss }) => loss);
      assert.ok((losses[79] as number) < 0.3 * (losses[0] as number), `loss ${losses[0]} to ${losses[79]}`);
      target.dispose();
      operator.dispose();
    }
    mask.dispose();
  }));

test("the values of a spectrum that are measured of an image of a batch are those of its own mask", () =>
  assertNoLeak(() => {
    const [mask, second] = [drawMasks(), slice(images, 1, 1)];
    const own = slice(mask, 1, 1);
    const [all, one] = [mask, own].map((some) => createSampledTransform(some, "hadamard", openStream(3, "data")));
    const [target, alone] = [all?.measure(images), one?.measure(second)] as [tf.Tensor4D, tf.Tensor4D];
    assertClose(target.dataSync().subarray(alone.size, 2 * alone.size), alone.dataSync(), 1e-6);
    const [back, known] = [all?.backProject(target), one?.backProject(alone)] as [tf.Tensor4D, tf.Tensor4D];
    assertClose(back.dataSync().subarray(alone.size, 2 * alone.size), known.dataSync(), 1e-6);
    for (const operator of [all, one]) operator?.dispose();
    tf.dispose([mask, second, own, target, alone, back, known]);
  }));

test("a fit comes near its images, and unknown pixels do not reach it", () =>
  assertNoLeak(() => {
    const mask = drawMasks();
    const spoilt = tf.tidy(() =>
      tf.where(mask.cast("bool").tile([1, 1, 1, 3]), images, tf.fill(images.shape, 7)),
    ) as tf.Tensor4D;
    const { measure, dispose } = createMasking(mask);
    const [target, same] = [measure(images), measure(spoilt)];
    assert.deepEqual(lastOutput(target, { measure }), lastOutput(same, { measure }));
    dispose();
    tf.dispose([target, same]);
    const losses = Array.from(fitEach(images, { ...tiny, iterations: 80 }), ({ loss }) => loss);
    assert.ok((losses[79] as number) < 0.3 * (losses[0] as number), `loss ${losses[0]} to ${losses[79]}`);
    tf.dispose([mask, spoilt]);
  }));

test("sizes and measurements that do not fit are refused before any work", () => {
  const odd = slice(images, 0, 1).slice([0, 0, 0, 0], [1, 14, 16, 3]);
  assert.throws(() => fitEach(odd, tiny).next(), /images: got 16x14, want sides divisible by 4/);
  const measure = (x: tf.Tensor4D) => tf.avgPool(x, 2, 2, "valid");
  assert.throws(
    () => fitEach(images, { ...tiny, measure }).next(),
    /measure: makes \[3,8,8,3\] of images of \[3,16,16,3\], want their shape/,
  );
  assert.throws(() => fitEach(images, { ...tiny, iterations: 0 }).next(), /iterations: got 0/);
  odd.dispose();
});
