import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import {
  cosineSchedule,
  createUnet,
  drawLogNormalTimes,
  linearSchedule,
  type TrainDdpmOptions,
  trainDdpm,
  type UnetOptions,
} from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, temporaryFolder } from "../helpers";

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
  "predicting v": [{ prediction: "velocity" }, {}],
  "clipped gradients": [{}, { clipNorm: 1 }],
  "levels drawn log-normally": [{}, { times: { mean: -1, deviation: 1, uniformShare: 0.1 } }],
  "attention and classes": [{ attentionLevels: [0], heads: 2, classes: 3 }, { unlabelled: 0.5 }],
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
  const unet: UnetOptions = { ...tiny, classes: 3 };
  const options: TrainDdpmOptions = { learningRate: 2e-3, steps: 8 };
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
  assert.throws(() => start({ resume: file }), /cannot be resumed: .* is \[.*\], want \[/);
  assert.throws(() => start({ resume: file, seed: 9 }), /it has the seed 0, not 9/);
  writeFileSync(file, "half a file");
  assert.throws(() => start({ resume: file }), /training\.safetensors is damaged/);
  other.dispose();
});

test("classes want labels", () => {
  const network = createUnet({ ...tiny, classes: 3 }, 1);
  assert.throws(() => trainDdpm(network, schedule, images).next(), /labels: got 0 for 4 images/);
  network.dispose();
});

test("log-normal draws hit the levels whose sigma is asked for, and a share of all levels", () =>
  assertNoLeak(() => {
    const linear = linearSchedule(1000);
    const draw = (uniformShare: number) => {
      const options = { mean: Math.log(2 * (25 / 255)), deviation: 0.5, uniformShare };
      const sampler = drawLogNormalTimes(linear, openStream(1, "training"), options);
      return tf.tidy(() => Array.from(sampler(4000, tf.scalar(1, "int32")).dataSync()));
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
