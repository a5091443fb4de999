import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  cosineSchedule,
  createUnet,
  drawImportantTimes,
  drawLogNormalTimes,
  linearSchedule,
  lossWeights,
  type TrainDdpmOptions,
  trainDdpm,
  type UnetOptions,
} from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, range, temporaryFolder } from "../helpers";

const tiny: UnetOptions = { baseChannels: 8, multipliers: [1] };
const schedule = cosineSchedule(50);
const images = (step: number) => openStream(3, "data").uniform([4, 8, 8, 3], 0, 1, step) as tf.Tensor4D;
const batch = (step: number) => ({ images: images(step), labels: [0, 1, 2, 1] });

function lossesOf(unet: UnetOptions, options: TrainDdpmOptions): number[] {
  const network = createUnet({ ...tiny, ...unet }, 1);
  const losses = Array.from(
    trainDdpm(network, schedule, batch, { learningRate: 2e-3, ...options }),
    ({ loss }) => loss,
  );
  network.dispose();
  return losses;
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const variants: Record<string, [UnetOptions, TrainDdpmOptions]> = {
  "predicting x_0": [{ prediction: "clean" }, {}],
  "predicting v, min-SNR": [{ prediction: "velocity" }, { weighting: "min-snr" }],
  "P2, clipped gradients": [{}, { weighting: "p2", clipNorm: 1 }],
  "importance sampling": [{}, { times: "importance" }],
  "learned variance": [{ learnsVariance: true }, {}],
  "attention, dropout and classes": [{ attentionLevels: [0], heads: 2, dropout: 0.1, classes: 3 }, { unlabelled: 0.5 }],
};
for (const [name, [unet, options]] of Object.entries(variants)) {
  test(`training with ${name} lowers its loss, recorded as op by op, and leaves nothing behind`, () =>
    assertNoLeak(() => {
      const losses = lossesOf(unet, { ...options, steps: 40 });
      assertClose(losses.slice(0, 2), lossesOf(unet, { ...options, steps: 2, engine: "eager" }), 2e-3);
      assert.ok(mean(losses.slice(-8)) < 0.9 * mean(losses.slice(0, 3)), `losses ${losses}`);
    }));
}

test("a training that is broken off and resumed makes exactly the steps of one that was not", async () => {
  const folder = temporaryFolder();
  const file = join(folder, "training.safetensors");
  const unet: UnetOptions = { ...tiny, dropout: 0.1, classes: 3 };
  const options: TrainDdpmOptions = { learningRate: 2e-3, times: "importance", steps: 8 };
  const run = async (resume?: string, stopAt = 8) => {
    const network = createUnet(unet, resume ? 2 : 1);
    const losses: number[] = [];
    let weights: Float32Array | undefined;
    for (const { step, loss, save, readAverage } of trainDdpm(network, schedule, batch, {
      ...options,
      ...(resume && { resume }),
    })) {
      losses.push(loss);
      if (step === 8) weights = readAverage()["input.weight"]?.dataSync() as Float32Array;
      if (step === stopAt && stopAt < 8) {
        await save(file);
        break;
      }
    }
    network.dispose();
    return { losses, weights };
  };
  const whole = await run();
  const before = await run(undefined, 5);
  const after = await run(file);
  assert.deepEqual([...before.losses, ...after.losses], whole.losses);
  assert.deepEqual(after.weights, whole.weights);

  const other = createUnet({ ...unet, baseChannels: 16 }, 1);
  const start = (options: TrainDdpmOptions) => trainDdpm(other, schedule, batch, options).next();
  assert.throws(() => start({ resume: file, times: "importance" }), /cannot be resumed: .* is \[.*\], want \[/);
  assert.throws(() => start({ resume: file, times: "importance", seed: 9 }), /it has the seed 0, not 9/);
  writeFileSync(file, "half a file");
  assert.throws(() => start({ resume: file }), /training\.safetensors is damaged/);
  other.dispose();
});

test("classes want labels", () => {
  const network = createUnet({ ...tiny, classes: 3 }, 1);
  assert.throws(() => trainDdpm(network, schedule, images).next(), /labels: got 0 for 4 images/);
  network.dispose();
});

test("the weights of the levels follow their papers", () => {
  const linear = linearSchedule(1000);
  const ratio = (t: number) => (linear.alphaBar[t] as number) / (1 - (linear.alphaBar[t] as number));
  const at = (weighting: "simple" | "min-snr" | "p2", prediction: "noise" | "clean" | "velocity", t: number) =>
    lossWeights(linear, weighting, prediction)[t] as number;
  for (const t of [1, 200, 600, 1000]) {
    const snr = ratio(t);
    assert.equal(at("simple", "velocity", t), 1);
    // Hang et al. 2023, section 3.4: min(SNR, 5)/SNR for eps, min(SNR, 5) for x_0, min(SNR, 5)/(SNR + 1) for v.
    assertClose([at("min-snr", "noise", t)], [Math.min(snr, 5) / snr], 1e-12);
    assertClose([at("min-snr", "clean", t)], [Math.min(snr, 5)], 1e-12);
    assertClose([at("min-snr", "velocity", t)], [Math.min(snr, 5) / (snr + 1)], 1e-12);
    // Choi et al. 2022, eq. 8: 1/(1 + SNR) for eps.
    assertClose([at("p2", "noise", t)], [1 / (1 + snr)], 1e-12);
  }
});

test("importance sampling draws uniformly at first, then by the roots of the second moments, and stays unbiased", () => {
  const [steps, bins, count] = [100, 4, 40_000];
  const sampler = drawImportantTimes(steps, openStream(1, "training"), { bins, rate: 1, uniformShare: 0 });
  const sharesOf = (iteration: number) => {
    const { times, factors } = sampler.draw(count, tf.scalar(iteration, "int32"));
    const drawn = Array.from(times.dataSync());
    assert.ok(Math.min(...drawn) >= 1 && Math.max(...drawn) <= steps);
    const shares = range(bins).map(
      (bin) => drawn.filter((t) => Math.floor((t - 1) / (steps / bins)) === bin).length / count,
    );
    return { shares, factors: factors?.dataSync() as Float32Array, drawn };
  };
  const spread = 4 * Math.sqrt(0.25 / count);
  assertClose(sharesOf(1).shares, [0.25, 0.25, 0.25, 0.25], spread);
  // One image in each bin, with the losses 1, 2, 3 and 4.
  sampler.learn(tf.tensor1d([1, 26, 51, 76], "int32"), tf.tensor1d([1, 2, 3, 4]));
  const { shares, factors, drawn } = sharesOf(2);
  assertClose(shares, [0.1, 0.2, 0.3, 0.4], spread);
  const lossAt = (t: number) => Math.ceil(t / 25);
  const estimate = mean(drawn.map((t, i) => lossAt(t) * (factors[i] as number)));
  assertClose([estimate], [2.5], 0.05);
  assert.throws(() => drawImportantTimes(10, openStream(1, "training"), { bins: 3 }), /bins: got 3/);
  sampler.dispose();
});

test("log-normal draws hit the levels whose sigma is asked for, and a share of all levels", () =>
  assertNoLeak(() => {
    const linear = linearSchedule(1000);
    const draw = (uniformShare: number) => {
      const options = { mean: Math.log(2 * (25 / 255)), deviation: 0.5, uniformShare };
      const sampler = drawLogNormalTimes(linear, openStream(1, "training"), options);
      return tf.tidy(() => Array.from(sampler.draw(4000, tf.scalar(1, "int32")).times.dataSync()));
    };
    const logSigma = (t: number) => Math.log((1 - (linear.alphaBar[t] as number)) / (linear.alphaBar[t] as number)) / 2;
    const drawn = draw(0).map(logSigma);
    assert.ok(Math.abs(mean(drawn) - Math.log(50 / 255)) < 0.04, `mean ${mean(drawn)}`);
    const spread = Math.sqrt(mean(drawn.map((value) => (value - mean(drawn)) ** 2)));
    assert.ok(Math.abs(spread - 0.5) < 0.03, `deviation ${spread}`);
    const high = draw(0.5).filter((t) => t > 500).length / 4000;
    assert.ok(Math.abs(high - 0.25) < 0.03, `a share of ${high} above 500`);
  }));

test("log-normal options out of range are named", () => {
  const [random, options] = [openStream(1, "training"), { mean: 0, deviation: 1, uniformShare: 0 }];
  assert.throws(() => drawLogNormalTimes(schedule, random, { ...options, deviation: 0 }), /deviation: got 0/);
  assert.throws(() => drawLogNormalTimes(schedule, random, { ...options, uniformShare: 2 }), /uniformShare: got 2/);
});
