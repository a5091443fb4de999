import assert from "node:assert/strict";
import { test } from "node:test";
import { createSkipNetwork, fitDip } from "../../src/dip";
import { countParameters } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

const tiny = { filters: [8, 8], skipFilters: 2, inputChannels: 4 };
const target = openStream(1, "data").uniform([1, 16, 16, 3], 0, 1) as tf.Tensor4D;

function fitLosses(iterations: number, seed = 1): number[] {
  const network = createSkipNetwork(tiny, seed);
  const losses: number[] = [];
  for (const { loss } of fitDip(network, target, { iterations, seed: 1 })) losses.push(loss);
  network.dispose();
  return losses;
}

test("the official network has the published 2,217,831 parameters", () => {
  const network = createSkipNetwork({}, 1);
  assert.equal(countParameters(network.parameters), 2_217_831);
  network.dispose();
});

test("without skips the joins carry the deep branch alone", () => {
  const network = createSkipNetwork({ ...tiny, skipFilters: 0 }, 1);
  assert.ok(!Object.keys(network.parameters).some((name) => name.startsWith("skip.")));
  assert.deepEqual(network.apply(tf.zeros([1, 8, 12, 4])).shape, [1, 8, 12, 3]);
  network.dispose();
});

test("a fit is repeatable, depends on the network's seed, lowers the loss and leaves nothing behind", () =>
  assertNoLeak(() => {
    const losses = fitLosses(60);
    assert.deepEqual(fitLosses(5), losses.slice(0, 5));
    assert.notEqual(fitLosses(1, 2)[0], losses[0]);
    assert.ok((losses[59] as number) < 0.8 * (losses[0] as number), `losses ${losses}`);
  }));

test("a fit that is broken off frees what it made, and runs flat before", () =>
  assertNoLeak(() => {
    const network = createSkipNetwork(tiny, 1);
    const counts: number[] = [];
    for (const { iteration, output, averagedOutput } of fitDip(network, target, { iterations: 50 })) {
      counts.push(tf.memory().numTensors);
      assert.deepEqual(output.shape, averagedOutput.shape);
      if (iteration === 8) break;
    }
    assert.equal(counts[7], counts[1], `tensors alive: ${counts}`);
    network.dispose();
  }));

test("a guess in the input is what the network sees in its first channels, framed where the sides ask for it", () =>
  assertNoLeak(() => {
    const seen: number[][] = [];
    const image = openStream(2, "data").uniform([1, 10, 13, 3], 0, 1) as tf.Tensor4D;
    const network = createSkipNetwork(tiny, 1);
    const spy = {
      ...network,
      apply: (x: tf.Tensor4D) => {
        if (seen.length === 0) seen.push([...tf.tidy(() => x.slice([0, 1, 1, 0], [1, 10, 13, 3]).dataSync())], x.shape);
        return network.apply(x);
      },
    };
    const noisy = openStream(1, "data").uniform([1, 10, 13, 3], 0, 1) as tf.Tensor4D;
    const fit = fitDip(spy, noisy, { iterations: 1, inputNoise: 0, guess: image });
    assert.equal([...fit].length, 1);
    assert.deepEqual(seen[0], [...image.dataSync()]);
    assert.deepEqual(seen[1], [1, 12, 16, 4]);
    network.dispose();
    tf.dispose([image, noisy]);
  }));

test("a network that is shown the image fits it sooner than one of noise, and the same twice", () =>
  assertNoLeak(() => {
    const lossOf = (guess?: tf.Tensor4D) => {
      const network = createSkipNetwork(tiny, 1);
      let last = Number.NaN;
      for (const { loss } of fitDip(network, target, { iterations: 40, ...(guess && { guess }) })) last = loss;
      network.dispose();
      return last;
    };
    const shown = lossOf(target);
    assert.equal(lossOf(target), shown);
    assert.ok(shown < 0.8 * lossOf(), `${shown}`);
  }));

test("bad input is refused before any work", () => {
  const network = createSkipNetwork(tiny, 1);
  const first = (options: object, image = target) => fitDip(network, image, options).next();
  assert.throws(() => first({ iterations: 0 }), /iterations: got 0/);
  assert.throws(() => first({ learningRate: -1 }), /learningRate: got -1/);
  assert.throws(() => first({ inputNoise: -1 }), /inputNoise: got -1/);
  assert.throws(() => first({ averageDecay: 1 }), /averageDecay: got 1, want a number in \[0, 1\)/);
  const holed = tf.tensor4d([Number.NaN, 0, 0], [1, 1, 1, 3]);
  assert.throws(() => first({}, holed), /target: holds a value that is not a finite number/);
  assert.throws(
    () => first({ measure: (image: tf.Tensor4D) => tf.avgPool(image, 2, 2, "valid") }),
    /target: got \[1,16,16,3\], but of an image \[1,16,16,3\] \[1,8,8,3\] is measured/,
  );
  assert.throws(() => first({ input: "meshgrid" }), /meshgrid: got a network of 4 input channels, want 2/);
  assert.throws(() => first({ guess: tf.zeros([1, 8, 16, 3]) }), /guess: got \[1,8,16,3\], want one image of 16x16/);
  assert.throws(() => first({ guess: tf.zeros([1, 16, 16, 5]) }), /guess: got an image of 16x16 with 5 channels/);
  assert.throws(() => first({ guess: tf.fill([1, 16, 16, 3], Number.NaN) }), /guess: holds a value that is not/);
  assert.throws(() => network.apply(tf.zeros([1, 10, 16, 4])), /want sides divisible by 4/);
  assert.throws(() => createSkipNetwork({ filters: [] }, 1), /filters: got an empty list/);
  assert.throws(() => createSkipNetwork({ filters: [8.5] }, 1), /channels: got 8.5/);
  network.dispose();
});
