import assert from "node:assert/strict";
import { test } from "node:test";
import { createSkipNetwork, fitDip, fitSure } from "../../src/dip";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const tiny = { filters: [8, 8], skipFilters: 2, inputChannels: 4 };
const image = openStream(1, "data").uniform([1, 16, 16, 3], 0, 1) as tf.Tensor4D;

test("an image whose sides the strides do not divide is fitted at its own size", () =>
  assertNoLeak(() => {
    const network = createSkipNetwork(tiny, 1);
    const odd = tf.slice(image, [0, 0, 0, 0], [1, 13, 10, 3]);
    const losses: number[] = [];
    for (const { loss, output, averagedOutput } of fitDip(network, odd, { iterations: 40 })) {
      assert.deepEqual(output.shape, [1, 13, 10, 3]);
      assert.deepEqual(averagedOutput.shape, [1, 13, 10, 3]);
      losses.push(loss);
    }
    assert.ok((losses[39] as number) < 0.8 * (losses[0] as number), `losses ${losses}`);
    network.dispose();
    odd.dispose();
  }));

test("a measurement of another size is fitted through its operator", () =>
  assertNoLeak(() => {
    const network = createSkipNetwork(tiny, 1);
    const measure = (x: tf.Tensor4D) => tf.avgPool(x, 4, 4, "valid");
    const small = tf.tidy(() => measure(image));
    let [first, last] = [0, 0];
    const options = { iterations: 60, imageSize: [16, 16] as const, measure };
    for (const { iteration, loss, output } of fitDip(network, small, options)) {
      if (iteration === 1) first = loss;
      assert.deepEqual(output.shape, [1, 16, 16, 3]);
      // The loss is the one of the measured output.
      const again = tf.tidy(() => measure(output).sub(small).square().mean().dataSync()[0] as number);
      assertClose([loss], [again], 1e-6);
      last = loss;
    }
    assert.ok(last < 0.3 * first, `loss ${first} to ${last}`);
    network.dispose();
    small.dispose();
  }));

test("unknown pixels do not reach the fit", () =>
  assertNoLeak(() => {
    const mask = tf.tidy(() => tf.variable(openStream(2, "data").uniform([1, 16, 16, 1], 0, 1).greater(0.5).toFloat()));
    const run = (target: tf.Tensor4D): number[] => {
      const network = createSkipNetwork(tiny, 1);
      const measure = (x: tf.Tensor4D) => x.mul<tf.Tensor4D>(mask);
      const losses = Array.from(fitDip(network, target, { iterations: 5, measure }), ({ loss }) => loss);
      network.dispose();
      return losses;
    };
    const masked = tf.tidy(() => image.mul<tf.Tensor4D>(mask));
    const spoilt = tf.tidy(() => tf.where(mask.cast("bool").tile([1, 1, 1, 3]), image, tf.fill(image.shape, 7)));
    const cut = tf.tidy(() => spoilt.mul<tf.Tensor4D>(mask));
    assert.deepEqual(run(masked), run(cut));
    tf.dispose([mask, masked, spoilt, cut]);
  }));

test("a grid of coordinates replaces the random input", () => {
  const network = createSkipNetwork({ ...tiny, inputChannels: 2 }, 1);
  const run = (seed: number) =>
    Array.from(
      fitDip(network, image, { iterations: 1, input: "meshgrid", inputNoise: 0, learningRate: 1e-9, seed }),
      ({ loss }) => loss,
    );
  assertClose(run(1), run(2), 1e-7);
  network.dispose();
});

test("the SURE loss equals its formula at the first iteration, and recorded equals eager", () =>
  assertNoLeak(() => {
    const sigma = 0.1;
    const losses = (engine: "eager" | "recorded") => {
      const network = createSkipNetwork({ ...tiny, inputChannels: 3 }, 1);
      const values: number[] = [];
      let output: Float32Array = new Float32Array();
      for (const shown of fitSure(network, image, { sigma, iterations: 4, inputNoise: 0, seed: 3, engine })) {
        if (shown.iteration === 1) output = shown.output.dataSync() as Float32Array;
        values.push(shown.loss);
      }
      network.dispose();
      return { values, output };
    };
    const { values, output } = losses("eager");
    assertClose(losses("recorded").values, values, 1e-4);
    const network = createSkipNetwork({ ...tiny, inputChannels: 3 }, 1);
    const expected = tf.tidy(() => {
      const b = openStream(3, "input").child("probe").normal(image.shape, 1);
      const moved = network.apply(image.add(b.mul(0.05)));
      const still = network.apply(image);
      assertClose(output, still.dataSync(), 1e-5);
      const divergence = b.mul(moved.sub(still)).sum().dataSync()[0] as number;
      const residual = still.sub(image).square().mean().dataSync()[0] as number;
      return residual + (2 * sigma ** 2 * divergence) / 0.05 / image.size - sigma ** 2;
    });
    assertClose(values.slice(0, 1), [expected], 1e-5);
    network.dispose();
  }));

test("the SURE fit refuses a network that does not take the image, and a noise level of nothing", () => {
  const network = createSkipNetwork(tiny, 1);
  assert.throws(
    () => fitSure(network, image, { sigma: 0.1 }).next(),
    /its input is \[1,16,16,4\], want .*\[1,16,16,3\]/,
  );
  assert.throws(() => fitSure(network, image, { sigma: 0 }).next(), /sigma: got 0, want a number above 0/);
  network.dispose();
});
