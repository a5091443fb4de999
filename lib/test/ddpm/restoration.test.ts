import assert from "node:assert/strict";
import { test } from "node:test";
import { createDownsampling, createIdentity, createMasking } from "../../src/data";
import {
  asDiffused,
  averageOverTurns,
  averageSamples,
  coverAnySize,
  createUnet,
  type Denoiser,
  denoiseOnce,
  finish,
  guideToClass,
  linearSchedule,
  measuredInModelRange,
  openDenoiser,
  planRepaint,
  restoreDdnm,
  restoreDiffpir,
  restoreDps,
  restoreRepaint,
  type SamplingObservation,
  sampleAncestral,
  spreadTimes,
  startFrom,
} from "../../src/ddpm";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { gaussianNetwork } from "../gaussianNetwork";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

const schedule = linearSchedule(200, { first: 1e-3, last: 0.1 });
const [mu, deviation] = [0.2, 0.3];

const exactNetwork = gaussianNetwork(schedule, { mean: mu, deviation });
const shape: [number, number, number, number] = [1, 32, 32, 3];
const open = () => openDenoiser(exactNetwork, schedule, [32, 32, 3]);
const noiseStart = (seed = 1) => openStream(seed, "sampler").normal(shape) as tf.Tensor4D;
const image = () => openStream(5, "data").uniform(shape, 0.1, 0.9) as tf.Tensor4D;
const halfMask = () => tf.tidy(() => tf.concat([tf.ones([1, 32, 16, 1]), tf.zeros([1, 32, 16, 1])], 2) as tf.Tensor4D);
const options = { times: spreadTimes(200, 40), clip: false };

test("what is measured of an image in model range follows from what was measured of it", () => {
  const x = image();
  for (const operator of [createIdentity(), createMasking(halfMask()), createDownsampling([32, 32], 4)]) {
    const measured = operator.measure(x);
    const expected = operator.measure(x.mul<tf.Tensor4D>(2).sub(1));
    assertClose(measuredInModelRange({ measurement: operator, measured }, shape).dataSync(), expected.dataSync(), 1e-5);
  }
});

test("DDNM returns images that measure as they should, and elsewhere samples of the prior", () =>
  assertNoLeak(() => {
    const [denoiser, x, start] = [open(), image(), noiseStart()];
    const mask = halfMask();
    const operators = [createMasking(mask), createDownsampling([32, 32], 4)];
    for (const [index, measurement] of operators.entries()) {
      const measured = measurement.measure(x);
      const { sample, evaluations } = finish(
        restoreDdnm(denoiser, { measurement, measured }, start, openStream(2, "sampler"), { ...options, eta: 0 }),
      );
      const again = tf.tidy(() => measurement.measure(sample.add<tf.Tensor4D>(1).div(2)));
      assertClose(again.dataSync(), measured.dataSync(), 1e-4);
      assert.equal(evaluations, 40);
      if (index === 0) {
        const filled = tf.tidy(() => Array.from(sample.slice([0, 0, 16, 0]).dataSync()));
        checkMonteCarlo(filled, mu);
        const spread = Math.sqrt(filled.reduce((sum, value) => sum + (value - mu) ** 2, 0) / filled.length);
        assertClose([spread], [deviation], 0.05);
      }
      disposeAll(measured, sample, again, measurement);
    }
    disposeAll(denoiser, x, start, mask);
  }));

test("DDNM with noise in the measurement does not hand the noise on", () =>
  assertNoLeak(() => {
    // White images and white noise: the best estimate is known, and the noise left in it too.
    const [denoiser, start] = [open(), noiseStart()];
    const clean = tf.tidy(
      () =>
        noiseStart(7)
          .mul(deviation / 2)
          .add((mu + 1) / 2) as tf.Tensor4D,
    );
    const sigma = 0.3;
    const noisy = tf.tidy(() => clean.add<tf.Tensor4D>(noiseStart(8).mul(sigma)));
    const { sample } = finish(
      restoreDdnm(
        denoiser,
        { measurement: createIdentity(), measured: noisy, sigma },
        start,
        openStream(2, "sampler"),
        options,
      ),
    );
    const errorOf = (a: tf.Tensor) => tf.tidy(() => a.sub(clean).square().mean().dataSync()[0] as number);
    const restored = tf.tidy(() => sample.add<tf.Tensor4D>(1).div<tf.Tensor4D>(2));
    const prior = (deviation / 2) ** 2;
    const best = 1 / (1 / prior + 1 / sigma ** 2);
    // A draw from the posterior has twice the error of its mean; far below that of the noise.
    const error = errorOf(restored);
    assert.ok(
      error > 0.8 * best && error < 3 * best,
      `error ${error}, of the posterior mean ${best}, of y ${sigma ** 2}`,
    );
    disposeAll(denoiser, start, clean, noisy, sample, restored);
  }));

test("where x_0 is known, a step of every restorer keeps the mean and the noise of the forward process", () =>
  assertNoLeak(() => {
    const [t, near, s] = [40, 32, 12];
    const sure = gaussianNetwork(schedule, { mean: mu, deviation: 1e-4 });
    const denoiser = openDenoiser(sure, schedule, [32, 32, 3]);
    const identity = createIdentity();
    const clean = tf.fill(shape, (mu + 1) / 2) as tf.Tensor4D;
    const [start, mask] = [startFrom(schedule, clean, t, openStream(3, "sampler")), halfMask()];
    const random = () => openStream(2, "sampler");
    const step = { times: [t], end: s, clip: false };
    const ddnm = (sigma: number, eta: number) => {
      const measured = tf.tidy(() => clean.add<tf.Tensor4D>(noiseStart(8).mul(sigma)));
      const sample = finish(
        restoreDdnm(denoiser, { measurement: identity, measured, sigma }, start, random(), { ...step, eta }),
      ).sample;
      measured.dispose();
      return sample;
    };
    const repaint = () => {
      // Down, up again, and down: the second of the two has the noise of the way up in it.
      let [seen, kept]: [number, tf.Tensor4D | undefined] = [0, undefined];
      const options = { times: [t, near], repeats: 2, jump: 1, clip: false };
      for (const { t: at, sample } of restoreRepaint(denoiser, { known: clean, mask }, start, random(), options)) {
        if (at === near && ++seen === 2) kept = sample.clone();
      }
      return kept as tf.Tensor4D;
    };
    const diffpir = (zeta: number) =>
      finish(restoreDiffpir(denoiser, { measurement: identity, measured: clean }, start, random(), { ...step, zeta }))
        .sample;
    const made: Record<string, tf.Tensor4D> = {
      "DiffPIR, fresh noise": diffpir(1),
      "DiffPIR, noise read anew": diffpir(0),
      "DiffPIR, both": diffpir(0.4),
      "DDNM, fresh noise beside the measurement's": ddnm(0.1, 1),
      "DDNM, predicted noise": ddnm(0.02, 0),
      "DDNM, both": ddnm(0.02, 0.6),
      "DDNM, a measurement noisier than the level": ddnm(2, 1),
      DPS: finish(
        restoreDps(sure, schedule, { measurement: identity, measured: clean }, start, random(), { ...step, scale: 0 }),
      ).sample,
      RePaint: repaint(),
    };
    for (const [name, sample] of Object.entries(made)) {
      const alphaBar = schedule.alphaBar[name === "RePaint" ? near : s] as number;
      // Of RePaint each half by itself: the one is known, the other is not.
      for (const half of [0, 16]) {
        const noise = tf.tidy(() =>
          Array.from(
            sample
              .slice([0, 0, half, 0], [-1, -1, 16, -1])
              .sub(Math.sqrt(alphaBar) * mu)
              .dataSync(),
          ),
        );
        assert.doesNotThrow(() => checkMonteCarlo(noise, 0), name);
        const squares = noise.map((value) => value ** 2);
        assert.doesNotThrow(() => checkMonteCarlo(squares, 1 - alphaBar), name);
      }
    }
    disposeAll(denoiser, clean, start, mask, ...Object.values(made));
  }));

test("DiffPIR's last step weighs prediction and noisy measurement as its closed form does, and meets an exact one", () =>
  assertNoLeak(() => {
    const [denoiser, x, start] = [open(), image(), noiseStart()];
    const [t, sigma, lambda] = [60, 0.2, 3];
    const alphaBar = schedule.alphaBar[t] as number;
    const { clean: predicted, ...rest } = denoiser.denoise(start, t, { clip: false });
    const restore = (measurement: ReturnType<typeof createIdentity>, measured: tf.Tensor4D, options: object) =>
      finish(
        restoreDiffpir(denoiser, { measurement, measured, ...options }, start, openStream(2, "sampler"), {
          ...{ times: [t], clip: false, lambda },
        }),
      ).sample;
    const identity = createIdentity();
    // min |y - x|^2 + rho |x - x_0|^2 with rho = lambda s^2 / level, s and the level in model range.
    const rho = (lambda * (2 * sigma) ** 2) / ((1 - alphaBar) / alphaBar);
    const weighed = restore(identity, x, { sigma });
    const wanted = tf.tidy(() =>
      x
        .mul(2)
        .sub(1)
        .add(predicted.mul(rho))
        .div(1 + rho)
        .dataSync(),
    );
    assertClose(weighed.dataSync(), wanted, 1e-4);
    const small = createDownsampling([32, 32], 4);
    const measured = small.measure(x);
    const met = restore(small, measured, {});
    const again = tf.tidy(() => small.measure(met.add<tf.Tensor4D>(1).div(2)));
    assertClose(again.dataSync(), measured.dataSync(), 1e-4);
    assert.throws(() => restore(small, measured, { sigma }), /sigma: got 0.2, want 0 where/);
    const refuse = (options: object) => () =>
      restoreDiffpir(denoiser, { measurement: identity, measured: x }, start, openStream(1, "sampler"), options).next();
    assert.throws(refuse({ lambda: 0 }), /lambda: got 0/);
    assert.throws(refuse({ zeta: 2 }), /zeta: got 2/);
    disposeAll(denoiser, x, start, predicted, ...Object.values(rest), weighed, small, measured, met, again);
  }));

test("DPS nears the measurement, its gradient goes through the network, recorded as op by op", () =>
  assertNoLeak(() => {
    const [x, start] = [image(), noiseStart()];
    const measurement = createDownsampling([32, 32], 4);
    const measured = measurement.measure(x);
    const missOf = (scale: number, engine: "recorded" | "eager", count = 40) => {
      const { sample } = finish(
        restoreDps(exactNetwork, schedule, { measurement, measured }, start, openStream(2, "sampler"), {
          times: spreadTimes(200, count),
          clip: false,
          scale,
          engine,
        }),
      );
      const missed = tf.tidy(
        () =>
          measurement.measure(sample.add<tf.Tensor4D>(1).div(2)).sub(measured).square().mean().dataSync()[0] as number,
      );
      sample.dispose();
      return missed;
    };
    const [free, guided] = [missOf(0, "recorded"), missOf(5, "recorded")];
    assert.ok(guided < 0.2 * free, `free ${free}, guided ${guided}`);
    assertClose([missOf(1, "eager", 6)], [missOf(1, "recorded", 6)], 1e-5);
    assert.throws(
      () =>
        restoreDps(exactNetwork, schedule, { measurement, measured }, start, openStream(1, "sampler"), {
          scale: -1,
        }).next(),
      /scale: got -1/,
    );
    disposeAll(x, start, measured, measurement);
  }));

test("RePaint goes back over its stretches, keeps what is known and fills the rest from the prior", () =>
  assertNoLeak(() => {
    assert.deepEqual(planRepaint([3, 2, 1, 0], { repeats: 2, jump: 2 }), [
      [3, 2],
      [2, 1],
      [1, 3],
      [3, 2],
      [2, 1],
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    const [denoiser, x, start, mask] = [open(), image(), noiseStart(), halfMask()];
    const { sample, evaluations } = finish(
      restoreRepaint(denoiser, { known: x, mask }, start, openStream(2, "sampler"), {
        ...options,
        repeats: 2,
        jump: 8,
      }),
    );
    assert.equal(evaluations, 80);
    const [known, filled] = tf.tidy(() => [
      sample.slice([0, 0, 0, 0], [-1, -1, 16, -1]).add(1).div(2).dataSync(),
      Array.from(sample.slice([0, 0, 16, 0]).dataSync()),
    ]) as unknown as [Float32Array, number[]];
    const expected = tf.tidy(() => x.slice([0, 0, 0, 0], [-1, -1, 16, -1]).dataSync());
    assertClose(known, expected, 1e-5);
    checkMonteCarlo(filled, mu);
    disposeAll(denoiser, x, start, mask, sample);
  }));

test("one step at the matched level is the posterior mean", () =>
  assertNoLeak(() => {
    const denoiser = open();
    const noisy = image();
    const sigma = 0.2;
    const { t, sample } = asDiffused(schedule, noisy, sigma);
    const levelNoise = (1 - (schedule.alphaBar[t] as number)) / (schedule.alphaBar[t] as number);
    assert.ok(levelNoise >= 4 * sigma ** 2);
    const restored = denoiseOnce(denoiser, noisy, sigma);
    // The posterior mean of a Gaussian under noise as strong as the level's.
    const share = deviation ** 2 / (deviation ** 2 + levelNoise);
    const expected = Array.from(noisy.dataSync(), (y) => (mu + share * (2 * y - 1 - mu) + 1) / 2);
    assertClose(restored.dataSync(), expected, 1e-4);
    disposeAll(denoiser, noisy, sample, restored);
  }));

test("a start from an image has its mean and the noise of its level", () => {
  const flat = tf.fill([1, 64, 64, 3], 0.75) as tf.Tensor4D;
  const values = Array.from(startFrom(schedule, flat, 100, openStream(1, "sampler")).dataSync());
  const alphaBar = schedule.alphaBar[100] as number;
  checkMonteCarlo(values, Math.sqrt(alphaBar) * 0.5);
  checkMonteCarlo(
    values.map((value) => (value - Math.sqrt(alphaBar) * 0.5) ** 2),
    1 - alphaBar,
  );
});

test("a network covers images of any size, and those that it covers anyway as before", () => {
  const network = createUnet({ baseChannels: 8, multipliers: [1, 2] }, 1);
  const covered = coverAnySize(network);
  const steps = tf.tensor1d([5]);
  const odd = openStream(1, "data").normal([1, 9, 13, 3]) as tf.Tensor4D;
  assert.deepEqual(covered.apply(odd, steps).shape, [1, 9, 13, 3]);
  const even = openStream(1, "data").normal([1, 8, 12, 3]) as tf.Tensor4D;
  assert.deepEqual(covered.apply(even, steps).dataSync(), network.apply(even, steps).dataSync());
  network.dispose();
});

test("guidance moves away from the unlabelled prediction, in proportion to its weight", () => {
  const network = createUnet({ baseChannels: 16, multipliers: [1], classes: 3 }, 1);
  const xt = openStream(1, "data").normal([2, 8, 8, 3]) as tf.Tensor4D;
  const steps = tf.tensor1d([5, 5]);
  const labelled = network.apply(xt, steps, { labels: tf.tensor1d([1, 1], "int32") });
  const free = network.apply(xt, steps);
  const moved = labelled.dataSync().some((value, i) => Math.abs(value - (free.dataSync()[i] as number)) > 1e-6);
  assert.ok(moved);
  assertClose(guideToClass(network, 1, 0).apply(xt, steps).dataSync(), labelled.dataSync(), 1e-5);
  const expected = labelled.mul(3).sub(free.mul(2));
  assertClose(guideToClass(network, 1, 2).apply(xt, steps).dataSync(), expected.dataSync(), 1e-4);
  assert.throws(() => guideToClass(network, 3, 1), /label: got 3, want a whole number from 0 to 2/);
  assert.throws(() => guideToClass(network, 0, -1), /weight: got -1/);
  const denoiser = openDenoiser(guideToClass(network, 2, 1), schedule, [8, 8, 3]);
  assertClose(denoiser.denoise(xt, 5).noise.dataSync(), guideToClass(network, 2, 1).apply(xt, steps).dataSync(), 1e-4);
  // A batch of four of a network of three classes: 0, 1, 2, and 0 again, recorded too.
  const many = openStream(2, "data").normal([4, 8, 8, 3]) as tf.Tensor4D;
  const manySteps = tf.tensor1d([5, 5, 5, 5]);
  const turns = network.apply(many, manySteps, { labels: tf.tensor1d([0, 1, 2, 0], "int32") });
  for (const weight of [0, 1]) {
    const inTurn = guideToClass(network, "in turn", weight);
    const recorded = openDenoiser(inTurn, schedule, [8, 8, 3]);
    const applied = inTurn.apply(many, manySteps);
    assertClose(recorded.denoise(many, 5).noise.dataSync(), applied.dataSync(), 1e-4);
    if (weight === 0) assertClose(applied.dataSync(), turns.dataSync(), 1e-5);
    recorded.dispose();
  }
  disposeAll(denoiser, network);
});

const denoiseSelfEnsemble = (denoiser: Denoiser, noisy: tf.Tensor4D, sigma: number) =>
  averageOverTurns(noisy, (turned) => denoiseOnce(denoiser, turned, sigma));

test("a self-ensemble of a network that knows no direction is that network, of another one it knows none", () =>
  assertNoLeak(() => {
    const x = image();
    const exact = open();
    const [once, ensemble] = [denoiseOnce(exact, x, 0.1), denoiseSelfEnsemble(exact, x, 0.1)];
    assertClose(ensemble.dataSync(), once.dataSync(), 1e-5);
    // Noise is taken to be what stands to the left.
    const leaning = openDenoiser(
      {
        apply: (xt) =>
          tf.concat([xt.slice([0, 0, 31, 0], [-1, -1, 1, -1]), xt.slice([0, 0, 0, 0], [-1, -1, 31, -1])], 2),
      },
      schedule,
      [32, 32, 3],
    );
    const turnings: ((one: tf.Tensor4D) => tf.Tensor4D)[] = [
      (one) => tf.reverse(one, 2),
      (one) => tf.transpose(one, [0, 2, 1, 3]),
    ];
    for (const turn of turnings) {
      tf.tidy(() => {
        const differ = (denoise: typeof denoiseOnce) =>
          tf
            .max(tf.abs(tf.sub(denoise(leaning, turn(x), 0.1), turn(denoise(leaning, x, 0.1)))))
            .dataSync()[0] as number;
        assert.ok(differ(denoiseSelfEnsemble) < 1e-5);
        assert.ok(differ(denoiseOnce) > 1e-2);
      });
    }
    disposeAll(x, once, ensemble, exact, leaning);
  }));

test("several samples end at the mean of their images, one of them as it is; broken off, they leave nothing", () =>
  assertNoLeak(() => {
    const ends = [0.2, 0.6, -0.5];
    const begun: number[] = [];
    function* descend(draw: number): Generator<SamplingObservation> {
      begun.push(draw);
      for (const t of [5, 0]) {
        const sample = tf.fill([1, 2, 2, 1], t === 0 ? (ends[draw - 1] as number) : 9) as tf.Tensor4D;
        try {
          yield { t, sample, predictedClean: sample, evaluations: t === 0 ? 2 : 1 };
        } finally {
          sample.dispose();
        }
      }
    }
    const seen = [...averageSamples(descend, 3)].map(({ t, evaluations, draws }) => [t, evaluations, draws]);
    assert.deepEqual(seen, [
      [5, 1, 0],
      [0, 2, 1],
      [5, 3, 1],
      [0, 4, 2],
      [5, 5, 2],
      [0, 6, 3],
    ]);
    for (const [draws, mean] of [
      [1, 0.2],
      [2, 0.4],
      [3, 0.1],
    ] as const) {
      const { sample, evaluations } = finish(averageSamples(descend, draws));
      assert.equal(evaluations, 2 * draws);
      assertClose(sample.dataSync(), Array(4).fill(mean), 1e-6);
      sample.dispose();
    }
    begun.length = 0;
    for (const { draws } of averageSamples(descend, 3)) if (draws === 1) break;
    assert.deepEqual(begun, [1]);
    assert.throws(() => [...averageSamples(descend, 0)], /draws: got 0/);
  }));

test("the mean of K ancestral samples is the prior's mean, with a K-th of its variance", () =>
  assertNoLeak(() => {
    const denoiser = open();
    const draws = 4;
    const { sample } = finish(
      averageSamples(function* (draw) {
        const start = noiseStart(draw);
        yield* sampleAncestral(denoiser, start, openStream(draw, "sampler"), { clip: false });
        start.dispose();
      }, draws),
    );
    const variance = tf.tidy(() => sample.sub(mu).square().mean().dataSync()[0] as number);
    const ratio = (variance * draws) / deviation ** 2;
    assert.ok(ratio > 0.9 && ratio < 1.1, `${ratio} of the prior's variance`);
    disposeAll(sample, denoiser);
  }));
