import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addNoise,
  alphaBarAt,
  cleanFrom,
  createUnet,
  type Denoised,
  type Denoiser,
  finish,
  levelsAt,
  linearSchedule,
  openDenoiser,
  posterior,
  sampleAncestral,
  sampleDdim,
  sampleDpmSolver,
  sampleHeun,
  signalToNoise,
  spreadSigmas,
  spreadTimes,
} from "../../src/ddpm";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { gaussianNetwork } from "../gaussianNetwork";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

const schedule = linearSchedule(1000);
const [mu, deviation, count] = [0.3, 0.2, 20_000];

// For data N(mu, s^2) the best noise prediction is known: sqrt(1 - aBar) (x - sqrt(aBar) mu) / (aBar s^2 + 1 - aBar).
const exactNetwork = gaussianNetwork(schedule, { mean: mu, deviation });
const exact = openDenoiser(exactNetwork, schedule, [1, 1, 1]);
const start = () => openStream(1, "sampler").normal([count, 1, 1, 1]) as tf.Tensor4D;

function lastOf(samples: Iterable<{ sample: tf.Tensor4D; evaluations: number }>): {
  values: Float32Array;
  evaluations: number;
} {
  let values: Float32Array = new Float32Array();
  let evaluations = 0;
  for (const observation of samples) {
    values = observation.sample.dataSync() as Float32Array;
    evaluations = observation.evaluations;
  }
  return { values, evaluations };
}

test("cleanFrom takes out what addNoise put in", () => {
  const x0 = tf.randomUniform([2, 4, 4, 3], -1, 1, "float32", 1) as tf.Tensor4D;
  const noise = tf.randomNormal(x0.shape, 0, 1, "float32", 2) as tf.Tensor4D;
  assertClose(
    cleanFrom("noise", noise, addNoise(schedule, x0, noise, 300), levelsAt(schedule, 300)).dataSync(),
    x0.dataSync(),
    1e-5,
  );
});

test("each image may have its own step", () => {
  const x0 = tf.ones([2, 1, 1, 1]) as tf.Tensor4D;
  const xt = addNoise(schedule, x0, tf.zeros([2, 1, 1, 1]), [1, 1000]);
  assertClose(xt.dataSync(), [Math.sqrt(0.9999), Math.sqrt(4.035829765375676e-5)], 1e-6);
});

test("a tensor of steps may stand in for numbers", () => {
  const x0 = openStream(1, "data").normal([2, 3, 3, 1]) as tf.Tensor4D;
  const noise = openStream(2, "noise").normal(x0.shape) as tf.Tensor4D;
  const fromTensor = addNoise(schedule, x0, noise, tf.tensor1d([1, 700], "int32"));
  assertClose(fromTensor.dataSync(), addNoise(schedule, x0, noise, [1, 700]).dataSync(), 1e-7);
});

test("one call predicts the noise, the clean image and the sampler's step, recorded as op by op, at any batch", () =>
  assertNoLeak(() => {
    const network = createUnet({ baseChannels: 8, multipliers: [1, 2] }, 1);
    const [recorded, eager] = (["recorded", "eager"] as const).map((engine) =>
      openDenoiser(network, schedule, [8, 12, 3], { engine }),
    ) as [Denoiser, Denoiser];
    const move = { cleanWeight: 0.6, noisyWeight: 0.3, deviation: 0.2 };
    for (const batch of [1, 4]) {
      tf.tidy(() => {
        const xt = openStream(batch, "data").normal([batch, 8, 12, 3]) as tf.Tensor4D;
        const noise = openStream(batch, "noise").normal(xt.shape) as tf.Tensor4D;
        const [a, b] = [recorded, eager].map((denoiser) => denoiser.denoise(xt, 600, { move, noise })) as [
          Denoised,
          Denoised,
        ];
        // At this level the clean image has six times the rounding of the noise.
        for (const part of ["noise", "clean", "sample"] as const) {
          assertClose(a[part].dataSync(), b[part].dataSync(), part === "noise" ? 1e-5 : 6e-5);
        }
        assertClose(
          a.clean.dataSync(),
          cleanFrom("noise", a.noise, xt, levelsAt(schedule, 600)).clipByValue(-1, 1).dataSync(),
          1e-5,
        );
        const moved = a.clean.mul(0.6).add(xt.mul(0.3)).add(noise.mul(0.2));
        assertClose(a.sample.dataSync(), moved.dataSync(), 1e-5);
      });
    }
    const xt = tf.zeros([1, 8, 12, 3]) as tf.Tensor4D;
    assert.throws(() => recorded.denoise(xt, 1001), /t: got 1001/);
    assert.throws(() => recorded.denoise(xt, 5, { move }), /a move with a deviation needs noise/);
    const turned = tf.zeros([1, 12, 8, 3]) as tf.Tensor4D;
    assert.throws(() => recorded.denoise(turned, 5), /want float32 \[1, 8, 12, 3\]/);
    disposeAll(xt, turned, recorded, eager, network);
  }));

test("a denoiser takes new weights over when it is told to", () => {
  const network = createUnet({ baseChannels: 8, multipliers: [1] }, 1);
  const denoiser = openDenoiser(network, schedule, [8, 8, 3]);
  const xt = tf.ones([1, 8, 8, 3]) as tf.Tensor4D;
  const bias = network.parameters["output.conv.bias"] as tf.Variable;
  const before = denoiser.denoise(xt, 10).noise;
  tf.tidy(() => bias.assign(bias.add(1)));
  assertClose(denoiser.denoise(xt, 10).noise.dataSync(), before.dataSync(), 0);
  denoiser.refresh();
  assertClose(denoiser.denoise(xt, 10).noise.dataSync(), before.add(1).dataSync(), 1e-5);
  denoiser.dispose();
  network.dispose();
});

test("ancestral sampling with the exact predictor has the mean and the deviation that its recursion gives", () => {
  const times = spreadTimes(1000, 250);
  const random = openStream(2, "sampler");
  const { values, evaluations } = lastOf(sampleAncestral(exact, start(), random, { clip: false, times }));
  // The predicted x_0 is linear in x_t, so the variance follows var_s = (c_0 k + c_t)^2 var_t + posterior variance.
  let variance = 1;
  let mean = 0;
  for (const [i, t] of times.entries()) {
    const alphaBar = alphaBarAt(schedule, t);
    const k = (Math.sqrt(alphaBar) * deviation ** 2) / (alphaBar * deviation ** 2 + 1 - alphaBar);
    const step = posterior(schedule, t, times[i + 1] ?? 0);
    const predicted = mu + k * (mean - Math.sqrt(alphaBar) * mu);
    mean = step.cleanWeight * predicted + step.noisyWeight * mean;
    variance = (step.cleanWeight * k + step.noisyWeight) ** 2 * variance + step.variance;
  }
  assert.equal(evaluations, 250);
  checkMonteCarlo(Array.from(values), mean);
  checkMonteCarlo(
    Array.from(values, (value) => (value - mean) ** 2),
    variance,
  );
  // The fixed small variance falls short of the data's own deviation by little at this number of steps.
  assertClose([mean, Math.sqrt(variance)], [mu, deviation], 0.015);
});

test("DDIM with the exact predictor is the known affine map from noise to data", () => {
  const first = start();
  const { values } = lastOf(sampleDdim(exact, first, { clip: false }));
  const alphaBar = alphaBarAt(schedule, 1000);
  // Along the deterministic flow a value keeps its quantile.
  const scale = deviation / Math.sqrt(alphaBar * deviation ** 2 + 1 - alphaBar);
  const expected = Array.from(first.dataSync(), (x) => mu + scale * (x - Math.sqrt(alphaBar) * mu));
  assertClose(values, expected, 0.01);
});

test("sampling leaves nothing behind, finished or broken off", () =>
  assertNoLeak(() => {
    const first = tf.zeros([2, 1, 1, 1]) as tf.Tensor4D;
    const times = spreadTimes(1000, 5);
    for (const _ of sampleDdim(exact, first, { times })) {
      // all
    }
    for (const { t } of sampleAncestral(exact, first, openStream(1, "sampler"), { times })) {
      if (t < 800) break;
    }
    first.dispose();
  }));

test("levels that do not fall are refused", () => {
  assert.throws(() => [...sampleDdim(exact, start(), { times: [10, 20] })], /times: got 10 before 20/);
  assert.throws(() => [...sampleDdim(exact, start(), { times: [1001] })], /want levels falling from at most 1000/);
  assert.throws(() => spreadTimes(10, 11), /count: got 11/);
  assert.deepEqual(spreadTimes(1000, 4), [1000, 667, 334, 1]);
  // Lin et al. 2024, table 2.
  assert.deepEqual(spreadTimes(1000, 10, "trailing"), [1000, 900, 800, 700, 600, 500, 400, 300, 200, 100]);
});

test("levels even in sigma^(1/7) are those of Karras et al., distinct and falling", () => {
  const schedule = linearSchedule(1000);
  const sigmaOf = (t: number) => signalToNoise(schedule, t) ** -0.5;
  const times = spreadSigmas(schedule, 10);
  assert.deepEqual([times[0], times[9]], [1000, 1]);
  const roots = times.slice(0, 6).map((t) => sigmaOf(t) ** (1 / 7));
  const gap = ((roots[0] as number) - sigmaOf(1) ** (1 / 7)) / 9;
  assertClose(
    roots.slice(1).map((root, i) => (roots[i] as number) - root),
    Array(5).fill(gap),
    0.01,
  );
  for (const count of [1, 2, 300, 1000]) {
    const all = spreadSigmas(schedule, count);
    assert.equal(all.length, count);
    assert.ok(all.every((t, i) => t >= 1 && (i === 0 || t < (all[i - 1] as number))));
  }
  assert.throws(() => spreadSigmas(schedule, 1001), /count: got 1001/);
});

test("on the exact flow DDIM is of first order, DPM-Solver++ 2M and Heun of second", () => {
  const [from, to] = [800, 200];
  const first = start();
  const spread = (t: number) => Math.sqrt(alphaBarAt(schedule, t) * deviation ** 2 + 1 - alphaBarAt(schedule, t));
  const centre = (t: number) => Math.sqrt(alphaBarAt(schedule, t)) * mu;
  // Along the deterministic flow a value keeps its quantile.
  const expected = Array.from(first.dataSync(), (x) => centre(to) + (spread(to) / spread(from)) * (x - centre(from)));
  type Sampler = typeof sampleHeun | typeof sampleDpmSolver;
  const errorOf = (sampler: Sampler, steps: number) => {
    const times = Array.from({ length: steps }, (_, i) => from - ((from - to) * i) / steps);
    const { values } = lastOf(sampler(exact, first, { times, end: to, clip: false }));
    return Math.sqrt(values.reduce((sum, value, i) => sum + (value - (expected[i] as number)) ** 2, 0) / values.length);
  };
  const order = (sampler: Sampler) => Math.log2(errorOf(sampler, 10) / errorOf(sampler, 40)) / 2;
  const orders = [sampleDdim, sampleDpmSolver, sampleHeun].map(order) as [number, number, number];
  assertClose([orders[0]], [1], 0.2);
  assertClose(orders.slice(1), [2, 2], 0.35);
  first.dispose();
});

test("DDIM refuses an eta out of range, or without a random stream", () => {
  const first = start();
  assert.throws(() => sampleDdim(exact, first, { eta: 0.5 }), /eta: got 0.5 without a random stream/);
  assert.throws(() => sampleDdim(exact, first, { eta: 2 }), /eta: got 2, want a number in \[0, 1\]/);
  first.dispose();
});

test("an ancestral step has the posterior's variance, and the last one returns the predicted mean", () => {
  const [t, s] = [500, 300];
  const still = openDenoiser({ apply: (xt) => tf.zerosLike(xt) }, schedule, [1, 1, 1]);
  const zeros = tf.zeros([count, 1, 1, 1]) as tf.Tensor4D;
  const options = { times: [t, s], clip: false };
  for (const { sample } of sampleAncestral(still, zeros, openStream(4, "sampler"), options)) {
    const squares = Array.from(sample.dataSync(), (value) => value ** 2);
    checkMonteCarlo(squares, posterior(schedule, t, s).variance);
    break;
  }
  const first = start();
  const alphaBar = alphaBarAt(schedule, s);
  const k = (Math.sqrt(alphaBar) * deviation ** 2) / (alphaBar * deviation ** 2 + 1 - alphaBar);
  const expected = Array.from(first.dataSync(), (x) => mu + k * (x - Math.sqrt(alphaBar) * mu));
  const last = lastOf(sampleAncestral(exact, first, openStream(1, "sampler"), { times: [s], clip: false }));
  assertClose(last.values, expected, 1e-4);
  disposeAll(still, zeros, first);
});

test("DPM-Solver's last step is one of DDIM, and the same step before the last is not", () => {
  const first = start();
  const options = { end: 200, clip: false };
  const seen = Array.from(sampleDpmSolver(exact, first, { ...options, times: [800, 600, 400] }), ({ sample }) =>
    sample.clone(),
  );
  const [, before, last] = seen as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
  assertClose(last.dataSync(), lastOf(sampleDdim(exact, before, { ...options, times: [400] })).values, 1e-4);
  for (const { t, sample } of sampleDpmSolver(exact, first, { clip: false, times: [800, 600, 400, 200] })) {
    if (t !== 200) continue;
    const second = sample.dataSync() as Float32Array;
    assert.ok(second.some((value, i) => Math.abs(value - (last.dataSync()[i] as number)) > 1e-2));
    break;
  }
  disposeAll(first, ...seen);
});

test("every sampler frees what it made, finished or broken off", () =>
  assertNoLeak(() => {
    const first = tf.zeros([2, 1, 1, 1]) as tf.Tensor4D;
    const options = { times: spreadTimes(1000, 4) };
    const samplers = [
      () => sampleDpmSolver(exact, first, options),
      () => sampleHeun(exact, first, options),
      () => sampleDdim(exact, first, { ...options, eta: 0.5, random: openStream(1, "sampler") }),
      () => sampleAncestral(exact, first, openStream(1, "sampler"), { ...options, clip: false }),
    ];
    for (const sample of samplers) {
      finish(sample()).sample.dispose();
      for (const _ of sample()) break;
    }
    disposeAll(first);
  }));
