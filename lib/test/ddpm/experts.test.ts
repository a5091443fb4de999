import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addNoise,
  type DiffusionPrior,
  expertAt,
  finish,
  linearSchedule,
  openExpertNetworks,
  openExperts,
  restoreDps,
  sampleAncestral,
  sampleDdim,
  sampleDpmSolver,
  sampleHeun,
  startFrom,
  type TrainedPredictor,
} from "../../src/ddpm";
import { restoreFromImage } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, drawRamp } from "../helpers";

const schedule = linearSchedule();
const size = [8, 10, 3] as const;

/** Two experts that say one number each for every pixel's noise, and how often either was loaded, evaluated and recorded. */
function openTwo(last = 168) {
  const counts = { low: { loaded: 0, traced: 0, alive: 0 }, high: { loaded: 0, traced: 0, alive: 0 } };
  const open = (name: "low" | "high", value: number) => (): TrainedPredictor => {
    counts[name].loaded++;
    counts[name].alive++;
    const parameters = { value: tf.tidy(() => tf.variable(tf.scalar(value), true)) };
    return {
      parameters,
      multiple: 4,
      apply(xt) {
        counts[name].traced++;
        return tf.tidy(() => tf.zerosLike(xt).add(parameters.value));
      },
      dispose() {
        counts[name].alive--;
        parameters.value.dispose();
      },
    };
  };
  const prior: DiffusionPrior = {
    schedule,
    experts: [
      { name: "low", last, open: open("low", 0.25) },
      { name: "high", last: 1000, open: open("high", -0.5) },
    ],
  };
  return { prior, counts };
}

const image = (): tf.Tensor4D =>
  tf.tidy(() => drawRamp(10, 0.2, 0.8).slice([0, 0, 0, 0], [1, 8, 10, 3]) as tf.Tensor4D);

for (const engine of ["recorded", "eager"] as const) {
  test(`a level is evaluated by its expert alone, which is loaded when it is first asked for (${engine})`, () =>
    assertNoLeak(() => {
      const { prior, counts } = openTwo();
      const denoiser = openExperts(prior, size, { engine });
      assert.deepEqual([counts.low.loaded, counts.high.loaded], [0, 0]);
      const xt = image();
      const noiseAt = (t: number): number => {
        const seen = denoiser.denoise(xt, t);
        const [first] = seen.noise.dataSync();
        tf.dispose(Object.values(seen));
        return first as number;
      };
      for (const t of [1, 168, 100]) assertClose([noiseAt(t)], [0.25], 1e-6);
      assert.deepEqual([counts.low.loaded, counts.high.loaded, counts.high.traced], [1, 0, 0]);
      for (const t of [169, 1000]) assertClose([noiseAt(t)], [-0.5], 1e-6);
      assertClose([noiseAt(168)], [0.25], 1e-6);
      assert.deepEqual([counts.low.loaded, counts.high.loaded], [1, 1]);
      if (engine === "eager") assert.deepEqual([counts.low.traced, counts.high.traced], [4, 2]);
      for (const t of [0.5, 1001]) assert.throws(() => noiseAt(t), /t: got (0.5|1001), want a whole number from 0/);
      denoiser.dispose();
      assert.deepEqual([counts.low.alive, counts.high.alive], [0, 0]);
      assert.throws(() => denoiser.denoise(xt, 1), /the networks of the prior were disposed of/);
      xt.dispose();
    }));
}

test("every sampler runs on experts; one that stays below never loads the network above", () =>
  assertNoLeak(() => {
    const x = image();
    const random = openStream(1, "sampler");
    for (const from of [168, 169]) {
      const { prior, counts } = openTwo();
      const denoiser = openExperts(prior, size);
      const start = startFrom(schedule, x, from, random);
      const times = [from, 100, 20];
      for (const sampling of [
        sampleAncestral(denoiser, start, random, { times }),
        sampleDdim(denoiser, start, { times }),
        sampleDpmSolver(denoiser, start, { times }),
        sampleHeun(denoiser, start, { times }),
      ]) {
        const { sample } = finish(sampling);
        assert.deepEqual(sample.shape, x.shape);
        assert.ok(sample.dataSync().every((value) => value >= -1 && value <= 1));
        sample.dispose();
      }
      const task = {
        measurement: { measure: (y: tf.Tensor4D) => y.clone(), backProject: (y: tf.Tensor4D) => y.clone() },
      };
      const { sample } = finish(
        restoreFromImage(denoiser, { ...task, measured: x }, x, random, { from, evaluations: 3 }),
      );
      assert.deepEqual([counts.low.loaded, counts.high.loaded], [1, from === 169 ? 1 : 0]);
      disposeAll(sample, start, denoiser);
    }
    x.dispose();
  }));

test("DPS goes through the experts' networks, and as with one network where both are the same", () =>
  assertNoLeak(() => {
    const x = image();
    const measurement = {
      measure: (y: tf.Tensor4D) => y.mul<tf.Tensor4D>(0.5),
      backProject: (y: tf.Tensor4D) => y.mul<tf.Tensor4D>(2),
    };
    const measured = measurement.measure(x);
    const restored = (last: number) => {
      const { prior, counts } = openTwo(last);
      const networks = openExpertNetworks(prior);
      const start = openStream(1, "sampler").normal([1, ...size]) as tf.Tensor4D;
      const { sample } = finish(
        restoreDps(networks.at, schedule, { measurement, measured }, start, openStream(2, "sampler"), {
          times: [900, 300, 100],
        }),
      );
      const pixels = sample.dataSync();
      disposeAll(networks, start, sample);
      assert.deepEqual([counts.low.alive, counts.high.alive], [0, 0]);
      return { pixels, loaded: [counts.low.loaded, counts.high.loaded] };
    };
    const [both, above] = [restored(168), restored(1)];
    assert.deepEqual(
      [both.loaded, above.loaded],
      [
        [1, 1],
        [0, 1],
      ],
    );
    assert.notDeepEqual(both.pixels, above.pixels);
    disposeAll(x, measured);
  }));

test("weights that changed are taken over, and what no expert knows or what fails to load is told", () =>
  assertNoLeak(() => {
    const { prior } = openTwo();
    const [low] = prior.experts;
    assert.equal(expertAt(prior, 168), low);
    assert.equal(expertAt(prior, 169), prior.experts[1]);
    const network = low?.open() as TrainedPredictor;
    const sole = { schedule, experts: [{ name: "sole", last: 1000, open: () => network }] };
    const denoiser = openExperts(sole, size);
    const xt = image();
    tf.tidy(() => network.parameters.value?.assign(tf.scalar(0.75)));
    denoiser.refresh();
    const seen = denoiser.denoise(xt, 5);
    assertClose([seen.noise.dataSync()[0] as number], [0.75], 1e-6);
    tf.dispose([xt, ...Object.values(seen)]);
    denoiser.dispose();
    const short = { schedule, experts: [{ name: "short", last: 100, open: () => assert.fail("not to be loaded") }] };
    assert.throws(() => expertAt(short, 101), /t: got 101, the experts know the levels to 100/);
    const broken = { schedule, experts: [{ name: "broken", last: 1000, open: () => assert.fail("no such file") }] };
    assert.throws(() => openExperts(broken, size), /no such file/);
  }));

test("experts of other architectures hand over a state without a seam: at a border either is told the same x_t", () =>
  assertNoLeak(() => {
    const { prior } = openTwo();
    const denoiser = openExperts(prior, size);
    const [x, noise] = [image(), openStream(3, "noise").normal([1, ...size]) as tf.Tensor4D];
    const xt = addNoise(schedule, x, noise, 169);
    const { sample } = finish(sampleDdim(denoiser, xt, { times: [169, 168], clip: false }));
    const expected = tf.tidy(() => {
      let state = xt.clone();
      for (const [t, s, eps] of [
        [169, 168, -0.5],
        [168, 0, 0.25],
      ] as const) {
        const [a, b] = [schedule.alphaBar[t] as number, schedule.alphaBar[s] as number];
        const x0 = state.sub(eps * Math.sqrt(1 - a)).div(Math.sqrt(a));
        state = x0.mul(Math.sqrt(b)).add(eps * Math.sqrt(1 - b)) as tf.Tensor4D;
      }
      return state;
    });
    assertClose(sample.dataSync(), expected.dataSync(), 1e-5);
    disposeAll(denoiser, x, noise, xt, sample, expected);
  }));
