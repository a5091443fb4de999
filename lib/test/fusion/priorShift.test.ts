import assert from "node:assert/strict";
import { test } from "node:test";
import { createUnet, linearSchedule, openDenoiser, trainDdpm } from "../../src/ddpm";
import { fitDip } from "../../src/dip";
import {
  conditionOn,
  fromResidual,
  imageSpread,
  measureShift,
  restoreShifted,
  shiftedLosses,
  toResidual,
  viewAsPrior,
} from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { gaussianNetwork } from "../gaussianNetwork";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

const schedule = linearSchedule(200, { first: 1e-3, last: 0.1 });
const shape: [number, number, number, number] = [2, 8, 8, 3];
const draw = (name: string, low = 0, high = 1) => openStream(1, "data", name).uniform(shape, low, high) as tf.Tensor4D;

test("a residual has the spread of images, and goes back to the image", () =>
  assertNoLeak(() => {
    const [clean, mu] = [draw("clean"), draw("mu")];
    const shift = measureShift(clean, mu);
    const residual = toResidual(shift, clean, mu);
    const spread = tf.tidy(() => Math.sqrt(residual.sub(0.5).square().mean().dataSync()[0] as number));
    assertClose([spread], [imageSpread], 1e-5);
    const back = fromResidual(shift, residual, mu);
    assertClose(back.dataSync(), clean.dataSync(), 1e-5);
    assert.throws(() => measureShift(clean, clean), /mu: is the image itself/);
    tf.dispose([clean, mu, residual, back]);
  }));

test("mid-grey and the spread of images are the plain process", () =>
  assertNoLeak(() => {
    const [clean, grey] = [draw("clean"), tf.fill(shape, 0.5) as tf.Tensor4D];
    const residual = toResidual({ spread: imageSpread }, clean, grey);
    assertClose(residual.dataSync(), clean.dataSync(), 1e-6);
    tf.dispose([clean, grey, residual]);
  }));

test("where residuals are Gaussian the reverse ends in N(mu, spread^2), and the losses are the closed form's", () =>
  assertNoLeak(() => {
    const size: [number, number, number, number] = [2, 32, 32, 3];
    const spread = 0.1;
    // In model range the residual is normal with twice imageSpread.
    const network = gaussianNetwork(schedule, { mean: 0, deviation: 2 * imageSpread });
    const denoiser = openDenoiser(network, schedule, [32, 32, 3]);
    const mu = openStream(3, "data").uniform(size, 0.3, 0.7) as tf.Tensor4D;
    const restored = restoreShifted(denoiser, { spread }, mu, openStream(1, "sampler"), { evaluations: 200 });
    const [mean, deviation] = tf.tidy(() => {
      const { mean, variance } = tf.moments(restored.sub(mu));
      return [mean.dataSync()[0] as number, Math.sqrt(variance.dataSync()[0] as number)];
    });
    const count = 2 * 32 * 32 * 3;
    assert.ok(Math.abs(mean) < (4 * spread) / Math.sqrt(count) + 1e-3, `mean ${mean}`);
    assert.ok(Math.abs(deviation / spread - 1) < 0.05, `deviation ${deviation}, want ${spread}`);
    const clean = tf.tidy(() => mu.add<tf.Tensor4D>(openStream(4, "data").normal(size).mul(spread)));
    const residuals = toResidual({ spread }, clean, mu);
    for (const { t, cleanError } of shiftedLosses(denoiser, { spread }, residuals, [50, 150], openStream(2, "data"))) {
      const alphaBar = schedule.alphaBar[t] as number;
      // The posterior variance of N(0, s^2) seen through the level, s = 2 imageSpread, brought to image units.
      const s = 2 * imageSpread;
      const wanted = ((s ** 2 * (1 - alphaBar)) / (alphaBar * s ** 2 + 1 - alphaBar)) * (spread / s) ** 2;
      assert.ok(Math.abs(cleanError / wanted - 1) < 0.08, `level ${t}: ${cleanError}, want ${wanted}`);
    }
    tf.dispose([mu, restored, clean, residuals]);
    disposeAll(denoiser);
  }));

test("a conditioned network is told its condition in training and in sampling, and refuses another", () =>
  assertNoLeak(() => {
    const options = { baseChannels: 8, multipliers: [1, 2], conditionChannels: 7, prediction: "velocity" } as const;
    const network = createUnet({ ...options, multipliers: [1, 2] }, 1);
    const [mu, given] = [draw("mu"), draw("given")];
    const mask = tf.ones([2, 8, 8, 1]) as tf.Tensor4D;
    const condition = conditionOn(mu, given, mask);
    assert.deepEqual(condition.shape, [2, 8, 8, 7]);
    const batch = () => ({ images: draw("clean"), condition: condition.clone() });
    const train = (steps: number) =>
      Array.from(trainDdpm(network, schedule, batch, { steps, seed: 1 }), ({ loss }) => loss);
    assert.equal(train(3).length, 3);
    const xt = draw("xt");
    const opened = (told: tf.Tensor4D) => {
      const denoiser = openDenoiser(network, schedule, [8, 8, 3], { condition: told });
      const seen = denoiser.denoise(xt, 100, { clip: false });
      const values = seen.clean.dataSync();
      tf.dispose(Object.values(seen));
      denoiser.dispose();
      return values;
    };
    const zeros = tf.zerosLike(condition);
    assert.notDeepEqual(opened(condition), opened(zeros));
    const bare = [draw("clean"), draw("clean")] as const;
    assert.throws(
      () => trainDdpm(network, schedule, () => bare[0], { steps: 1 }).next(),
      /condition: got 0 channels, want 7/,
    );
    tf.dispose([mu, given, mask, condition, xt, zeros, ...bare]);
    network.dispose();
  }));

test("a U-Net seen as a prior is fitted where its weights are", () =>
  assertNoLeak(() => {
    const network = createUnet({ baseChannels: 8, multipliers: [1, 2] }, 1);
    const before = (network.parameters["input.weight"] as tf.Variable).dataSync().slice();
    const target = draw("clean");
    const losses = Array.from(
      fitDip(viewAsPrior(network, 2), target, { iterations: 30, learningRate: 1e-2, inputNoise: 0 }),
      ({ loss }) => loss,
    );
    assert.ok((losses[29] as number) < (losses[0] as number), `loss ${losses[0]} to ${losses[29]}`);
    assert.notDeepEqual((network.parameters["input.weight"] as tf.Variable).dataSync(), before);
    target.dispose();
    network.dispose();
  }));
