import assert from "node:assert/strict";
import { test } from "node:test";
import {
  alphaBarAt,
  finish,
  fromModelRange,
  linearSchedule,
  openDenoiser,
  sampleDdim,
  toModelRange,
} from "../../src/ddpm";
import { errorAtLevel, fuseDenoiser, leastErrorWeight } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { gaussianNetwork } from "../gaussianNetwork";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

const schedule = linearSchedule(200, { first: 1e-3, last: 0.1 });
const shape: [number, number, number, number] = [1, 8, 8, 3];
const open = () => openDenoiser(gaussianNetwork(schedule, { mean: 0.1, deviation: 0.3 }), schedule, [8, 8, 3]);
const dipImage = () => openStream(1, "data").uniform(shape, 0.2, 0.8) as tf.Tensor4D;
const noisyState = () => openStream(2, "sampler").normal(shape) as tf.Tensor4D;

test("the weight is that of the least squared error of the mean, errors that go together or not", () => {
  for (const correlation of [-0.5, 0, 0.3, 0.6]) {
    for (const [dip, ddpm] of [
      [1, 1],
      [1, 3],
      [2, 1.5],
    ] as const) {
      const covariance = correlation * Math.sqrt(dip * ddpm);
      const errorOf = (w: number) => w ** 2 * dip + (1 - w) ** 2 * ddpm + 2 * w * (1 - w) * covariance;
      const best = range(1001)
        .map((i) => i / 1000)
        .reduce((least, w) => (errorOf(w) < errorOf(least) ? w : least), 0);
      assertClose([leastErrorWeight({ dip, ddpm, correlation })], [best], 1e-3);
    }
  }
  assertClose([leastErrorWeight({ dip: 1, ddpm: 3 })], [0.75], 1e-12);
  // Errors that go together so much that the worse of the two has nothing to say.
  assert.equal(leastErrorWeight({ dip: 1, ddpm: 9, correlation: 0.9 }), 1);
  assert.equal(leastErrorWeight({ dip: 0, ddpm: 0 }), 0.5);
  assert.throws(() => leastErrorWeight({ dip: -1, ddpm: 1 }), /errors: got -1 and 1/);
  assert.throws(() => leastErrorWeight({ dip: 1, ddpm: 1, correlation: 1 }), /correlation: got 1/);
});

test("an error between two levels lies between theirs, beyond them it is the last one's", () => {
  const errors = [
    { t: 100, cleanError: 1e-2 },
    { t: 1, cleanError: 1e-4 },
  ];
  assertClose(
    [1, 100, 50.5, 400].map((t) => errorAtLevel(errors, t)),
    [1e-4, 1e-2, 1e-3, 1e-2],
    1e-12,
  );
  assert.throws(() => errorAtLevel([], 1), /errors: got none/);
});

test("the fused prediction is the weighted mean, its noise makes x_t of it, and a move goes with it", () =>
  assertNoLeak(() => {
    const [denoiser, image, xt] = [open(), dipImage(), noisyState()];
    const t = 80;
    const alphaBar = alphaBarAt(schedule, t);
    const move = { cleanWeight: 0.7, noisyWeight: 0.2 };
    const alone = denoiser.denoise(xt, t, { move });
    for (const weight of [0, 0.3, 1]) {
      const fused = fuseDenoiser(denoiser, () => ({ image, weight })).denoise(xt, t, { move });
      const wanted = tf.tidy(() => alone.clean.mul(1 - weight).add(toModelRange(image).mul(weight)));
      assertClose(fused.clean.dataSync(), wanted.dataSync(), 1e-5);
      const state = tf.tidy(() => fused.clean.mul(Math.sqrt(alphaBar)).add(fused.noise.mul(Math.sqrt(1 - alphaBar))));
      assertClose(state.dataSync(), xt.dataSync(), 1e-5);
      const moved = tf.tidy(() => fused.clean.mul(move.cleanWeight).add(xt.mul(move.noisyWeight)));
      assertClose(fused.sample.dataSync(), moved.dataSync(), 1e-5);
      disposeAll(wanted, state, moved, ...Object.values(fused));
    }
    disposeAll(denoiser, image, xt, ...Object.values(alone));
  }));

test("told to believe DIP alone a sampler ends at DIP's image; another image by level is asked for by level", () =>
  assertNoLeak(() => {
    const [denoiser, image, start] = [open(), dipImage(), noisyState()];
    const asked: number[] = [];
    const fused = fuseDenoiser(denoiser, (t) => {
      asked.push(t);
      return { image, weight: 1 };
    });
    const { sample } = finish(sampleDdim(fused, start, { times: [150, 60, 10] }));
    const end = fromModelRange(sample);
    assertClose(end.dataSync(), image.dataSync(), 1e-4);
    assert.deepEqual(asked, [150, 60, 10]);
    disposeAll(denoiser, image, start, sample, end);
  }));
