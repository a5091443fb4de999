import assert from "node:assert/strict";
import { test } from "node:test";
import { addGaussianNoise, cropCentre, readPhoto } from "../../src/data";
import {
  createZsN2nNetwork,
  denoiseZsN2n,
  downsamplePair,
  evaluateZsN2n,
  type FitZsN2nOptions,
  fitZsN2n,
} from "../../src/dip";
import { psnr } from "../../src/metrics";
import { countParameters, importWeights, stepDecay } from "../../src/nn";
import { type Engine, openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, channelsLast } from "../helpers";

const noisy = openStream(1, "data").uniform([1, 12, 16, 3], -0.2, 1.2) as tf.Tensor4D;

/** Losses and outputs of a fit of a narrow network, and what it makes of the image at last. */
function fitNarrow(options: FitZsN2nOptions, { image = noisy, seed = 1, breakAt = Number.POSITIVE_INFINITY } = {}) {
  const network = createZsN2nNetwork({ channels: image.shape[3], filters: 8 }, seed);
  const losses: number[] = [];
  const outputs: ArrayLike<number>[] = [];
  const alive: number[] = [];
  for (const { iteration, loss, output } of fitZsN2n(network, image, options)) {
    losses.push(loss);
    outputs.push(output.dataSync());
    alive.push(tf.memory().numTensors);
    if (iteration === breakAt) break;
  }
  const denoised = tf.tidy(() => denoiseZsN2n(network, image).dataSync());
  network.dispose();
  return { losses, outputs, alive, denoised };
}

test("the pair are the means of the diagonals of each block, without the last row and column of odd sides", () =>
  assertNoLeak(() => {
    const image = tf.tensor4d([1, 2, 3, 4, 90, 5, 7, 6, 10, 90, 90, 90, 90, 90, 90], [1, 3, 5, 1]);
    const both = tf.tidy(() => tf.concat([image, image.mul(-1)], 3));
    const [first, second] = downsamplePair(both as tf.Tensor4D);
    for (const half of [first, second]) assert.deepEqual(half.shape, [1, 1, 2, 2]);
    assertClose(first.dataSync(), [(2 + 5) / 2, -(2 + 5) / 2, (4 + 6) / 2, -(4 + 6) / 2], 0);
    assertClose(second.dataSync(), [(1 + 7) / 2, -(1 + 7) / 2, (3 + 10) / 2, -(3 + 10) / 2], 0);
    tf.dispose([image, both, first, second]);
  }));

test("the loss has its closed form on one block, where the pair is 0.75 and 0.25", () =>
  assertNoLeak(() => {
    const block = tf.tensor4d([0, 1, 0.5, 0.5], [1, 2, 2, 1]);
    const evaluate = (apply: (x: tf.Tensor4D) => tf.Tensor4D) =>
      tf.tidy(() => {
        const { loss, output } = evaluateZsN2n({ apply }, block);
        return { loss: loss.dataSync()[0] as number, output: output.dataSync() };
      });
    const nothing = evaluate((x) => tf.zerosLike(x));
    assertClose([nothing.loss], [0.5 ** 2], 1e-7);
    assertClose(nothing.output, block.dataSync(), 0);
    // A constant and a multiple of the image are consistent: the kernels are linear and sum to one.
    assertClose([evaluate((x) => tf.onesLike(x).mul(0.1)).loss], [(0.4 ** 2 + 0.6 ** 2) / 2], 1e-7);
    assertClose([evaluate((x) => x.mul(0.4)).loss], [((0.45 - 0.25) ** 2 + (0.15 - 0.75) ** 2) / 2], 1e-7);
    // x - x^2 is 3/16 in both of the pair, and 0, 0, 1/4, 1/4 in the block, of which the pair is 1/8.
    const square = evaluate((x) => x.square());
    assertClose([square.loss], [((3 / 16 - 1 / 4) ** 2 + (3 / 16 - 3 / 4) ** 2) / 2 + (3 / 16 - 1 / 8) ** 2], 1e-7);
    assertClose(square.output, [0, 0, 0.25, 0.25], 1e-7);
    block.dispose();
  }));

test("the paper's network has 22,275 parameters, and predicts in the image's shape", () => {
  const network = createZsN2nNetwork({}, 1);
  assert.equal(countParameters(network.parameters), 22_275);
  assert.deepEqual(network.apply(noisy).shape, noisy.shape);
  network.dispose();
});

/*
 * PyTorch in float64, as the paper has it: nn.Sequential(Conv2d(3, 8, 3, padding=1), LeakyReLU(.2), Conv2d(8, 8, 3, padding=1),
 * LeakyReLU(.2), Conv2d(8, 3, 1)), parameter i = 0, 1, ... filled with .3 sin((1 + i) n), n = 1, 2, ...; the image is
 * .5 + .4 sin(.7 n) of shape (1, 3, 7, 10); Adam(lr=1e-3) under StepLR(3, .5); then (y - net(y)).clamp(0, 1).
 */
for (const engine of ["recorded", "eager"] satisfies Engine[]) {
  test(`eight ${engine} iterations are PyTorch's`, () =>
    assertNoLeak(() => {
      const waves = (shape: number[], step: number, scale: number) =>
        tf.tidy(() => {
          const size = shape.reduce((product, extent) => product * extent, 1);
          return tf.tensor(
            Array.from({ length: size }, (_, n) => scale * Math.sin(step * (n + 1))),
            shape,
          );
        });
      const network = createZsN2nNetwork({ filters: 8 }, 1);
      const weights = {
        "conv1.weight": waves([8, 3, 3, 3], 1, 0.3),
        "conv1.bias": waves([8], 2, 0.3),
        "conv2.weight": waves([8, 8, 3, 3], 3, 0.3),
        "conv2.bias": waves([8], 4, 0.3),
        "conv3.weight": waves([3, 8, 1, 1], 5, 0.3),
        "conv3.bias": waves([3], 6, 0.3),
      };
      importWeights(network.parameters, weights);
      const image = channelsLast(
        Array.from({ length: 210 }, (_, n) => 0.5 + 0.4 * Math.sin(0.7 * (n + 1))),
        [1, 3, 7, 10],
      );
      const learningRate = stepDecay({ first: 1e-3, factor: 0.5, every: 3 });
      const losses = Array.from(fitZsN2n(network, image, { iterations: 8, learningRate, engine }), ({ loss }) => loss);
      const expected = [0.033104, 0.0319871, 0.0309626, 0.0300428, 0.0296178, 0.0292106, 0.0288172, 0.0286274];
      assertClose(losses, expected, 3e-7);
      const denoised = denoiseZsN2n(network, image);
      const { mean, variance } = tf.moments(denoised);
      assertClose([mean.dataSync()[0] as number], [0.6450493], 1e-6);
      assertClose([Math.sqrt(((variance.dataSync()[0] as number) * 210) / 209)], [0.2784441], 1e-6);
      tf.dispose([weights, image, denoised, mean, variance]);
      network.dispose();
    }));
}

test("a fit repeats itself, depends on the network's seed, lowers the loss and keeps its images in [0, 1]", () =>
  assertNoLeak(() => {
    const { losses, outputs } = fitNarrow({ iterations: 60 });
    assert.deepEqual(fitNarrow({ iterations: 5 }).outputs, outputs.slice(0, 5));
    assert.notEqual(fitNarrow({ iterations: 1 }, { seed: 2 }).losses[0], losses[0]);
    assert.ok((losses[59] as number) < 0.8 * (losses[0] as number), `losses ${losses}`);
    const values = Array.from(outputs[0] as ArrayLike<number>);
    assert.deepEqual([Math.min(...values), Math.max(...values)], [0, 1]);
  }));

test("the recorded step is the eager one, on a grey image of odd sides", () =>
  assertNoLeak(() => {
    const image = openStream(2, "data").uniform([1, 9, 7, 1], 0, 1) as tf.Tensor4D;
    const [recorded, eager] = (["recorded", "eager"] as const).map((engine) =>
      fitNarrow({ iterations: 5, engine }, { image }),
    );
    assertClose(recorded?.losses ?? [], eager?.losses ?? [], 1e-6);
    assertClose(recorded?.denoised ?? [], eager?.denoised ?? [], 1e-5);
    image.dispose();
  }));

test("a fit that is broken off frees what it made, runs flat before, and leaves the network its last weights", () =>
  assertNoLeak(() => {
    const { outputs } = fitNarrow({ iterations: 8 });
    const { alive, denoised } = fitNarrow({}, { breakAt: 7 });
    assert.equal(alive[6], alive[1], `tensors alive: ${alive}`);
    assertClose(denoised, outputs[7] as ArrayLike<number>, 1e-6);
  }));

test("a photo gains 4 dB at sigma 25, told no noise level", async () => {
  const photo = await readPhoto("astronaut");
  const clean = cropCentre(photo, 64);
  const spoilt = addGaussianNoise(clean, 25 / 255, openStream(1, "noise"));
  const network = createZsN2nNetwork({}, 1);
  for (const _ of fitZsN2n(network, spoilt, { iterations: 250 }));
  const [before, after] = [psnr(spoilt, clean), psnr(denoiseZsN2n(network, spoilt), clean)];
  assert.ok(after - before > 4, `PSNR of the noisy image ${before} dB, of the denoised ${after} dB`);
  network.dispose();
  tf.dispose([photo, clean, spoilt]);
});

test("what does not fit is refused before anything is made", () =>
  assertNoLeak(() => {
    assert.throws(() => createZsN2nNetwork({ filters: 0 }, 1), /channels: got 0, want a whole number above 0/);
    const network = createZsN2nNetwork({ filters: 8 }, 1);
    const first = (image: tf.Tensor4D, options: FitZsN2nOptions = {}) => fitZsN2n(network, image, options).next();
    assert.throws(() => first(noisy, { iterations: 0 }), /iterations: got 0/);
    assert.throws(() => first(noisy, { learningRate: -1 }), /learningRate: got -1/);
    assert.throws(() => first(noisy, { averageDecay: 1 }), /averageDecay: got 1/);
    tf.tidy(() => {
      assert.throws(() => first(tf.zeros([1, 1, 16, 3])), /noisy: got 16x1, want sides of at least 2/);
      assert.throws(() => first(tf.zeros([1, 8, 8, 1])), /noisy: got \[1,8,8,1\], want \[1, height, width, 3\]/);
      assert.throws(() => first(tf.zeros([2, 8, 8, 3])), /noisy: got \[2,8,8,3\], want \[1, height, width, 3\]/);
      assert.throws(() => first(tf.fill([1, 8, 8, 3], Number.NaN)), /noisy: holds a value that is not a finite number/);
    });
    network.dispose();
  }));
