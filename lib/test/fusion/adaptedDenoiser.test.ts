import assert from "node:assert/strict";
import { test } from "node:test";
import {
  asDiffused,
  averageOverTurns,
  createUnet,
  denoiseOnce,
  fromModelRange,
  linearSchedule,
  openDenoiser,
  type TrainedPredictor,
} from "../../src/ddpm";
import { type AdaptationOptions, openAdaptation } from "../../src/fusion";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";
import { tinyNetwork } from "../tinyCheckpoint";

const schedule = linearSchedule();
const sigma = 0.1;
const unet = (): TrainedPredictor => createUnet(tinyNetwork, 1);
const noisy = (shape: [number, number, number, number], seed = 1) =>
  openStream(seed, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const pixelsOf = (image: tf.Tensor4D) => {
  const pixels = image.dataSync() as Float32Array;
  image.dispose();
  return pixels;
};

function adapt(target: tf.Tensor4D, options: Partial<AdaptationOptions> = {}) {
  const adaptation = openAdaptation(unet, schedule, target, { sigma, seed: 1, iterations: 3, warmup: 0, ...options });
  try {
    const before = pixelsOf(adaptation.read());
    const losses = [...adaptation.fit()].map(({ loss }) => loss);
    return { before, losses, after: pixelsOf(adaptation.read()), ensemble: pixelsOf(adaptation.readEnsemble()) };
  } finally {
    adaptation.dispose();
  }
}

test("it starts from the trained denoiser's posterior mean, repeats itself and leaves nothing behind", () =>
  assertNoLeak(() => {
    const target = noisy([1, 16, 16, 3]);
    const { before, losses, after } = adapt(target);
    const again = adapt(target);
    assert.deepEqual(again.losses, losses);
    assert.deepEqual(again.after, after);
    assert.notDeepEqual(after, before);
    assert.notDeepEqual(adapt(target, { seed: 2 }).losses, losses);
    const network = unet();
    const denoiser = openDenoiser(network, schedule, [16, 16, 3]);
    assertClose(before, pixelsOf(denoiseOnce(denoiser, target, sigma)), 1e-4);
    denoiser.dispose();
    network.dispose();
    target.dispose();
  }));

test("it lowers the recorrupted loss of an image, of a pair by a network each", () =>
  assertNoLeak(() => {
    for (const images of [1, 2]) {
      const target = noisy([images, 16, 16, 3]);
      const { losses } = adapt(target, { learningRate: 1e-3, iterations: 40 });
      const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss) / part.length;
      assert.ok(mean(losses.slice(-10)) < mean(losses.slice(0, 10)), `losses ${losses}`);
      target.dispose();
    }
  }));

test("Stein's loss is the squared error to the clean image, on the mean over the noise", () =>
  assertNoLeak(() => {
    const clean = noisy([1, 16, 16, 3], 7);
    const excess = Array.from({ length: 24 }, (_, i) => {
      const target = tf.tidy(() => clean.add<tf.Tensor4D>(openStream(i, "noise").normal(clean.shape).mul(sigma)));
      const options = { sigma, seed: i, iterations: 1, loss: "sure", engine: "eager" } as const;
      const adaptation = openAdaptation(unet, schedule, target, options);
      const [first] = [...adaptation.fit()];
      adaptation.dispose();
      const network = unet();
      const denoiser = openDenoiser(network, schedule, [16, 16, 3]);
      // Not clipped, as in the loss: the untrained network leaves [0, 1].
      const error = tf.tidy(() => {
        const { t, sample } = asDiffused(schedule, target, sigma);
        const { clean: made } = denoiser.denoise(sample, t, { clip: false });
        return tf.squaredDifference(fromModelRange(made), clean).mean().dataSync()[0] as number;
      });
      for (const one of [denoiser, network, target]) one.dispose();
      return { error, wrong: (first?.loss ?? Number.NaN) - error };
    });
    clean.dispose();
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [bias, error] = [mean(excess.map(({ wrong }) => wrong)), mean(excess.map((one) => one.error))];
    const spread = Math.sqrt(mean(excess.map(({ wrong }) => (wrong - bias) ** 2)) / excess.length);
    assert.ok(Math.abs(bias) < 3 * spread && spread < 0.05 * error, `${bias} of ${error}, standard error ${spread}`);
  }));

test("a fit of the gains lowers either loss and is the same on both engines", () =>
  assertNoLeak(() => {
    const target = noisy([2, 16, 16, 3]);
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss) / part.length;
    for (const loss of ["recorrupted", "sure"] as const) {
      const options = { loss, fitted: "gains", learningRate: 1e-2 } as const;
      const { losses, after } = adapt(target, { ...options, iterations: 24 });
      assert.ok(mean(losses.slice(-8)) < mean(losses.slice(0, 8)), `${loss}: losses ${losses}`);
      const [recorded, eager] = (["recorded", "eager"] as const).map((engine) =>
        adapt(target, { ...options, engine, iterations: 2 }),
      );
      assertClose(recorded?.after ?? [], eager?.after ?? [], 1e-3);
      assert.notDeepEqual(after, adapt(target, { loss, learningRate: 1e-2, iterations: 3 }).after);
    }
    target.dispose();
  }));

test("each image of a pair is fitted by a network that sees it alone", () =>
  assertNoLeak(() => {
    const [one, other, third] = [noisy([1, 16, 16, 3]), noisy([1, 16, 16, 3], 2), noisy([1, 16, 16, 3], 3)];
    const [pair, changed] = [tf.concat([one, other]), tf.concat([one, third])] as [tf.Tensor4D, tf.Tensor4D];
    const half = (pixels: Float32Array, i: number) =>
      pixels.slice((i * pixels.length) / 2, ((i + 1) * pixels.length) / 2);
    const options = { learningRate: 1e-3, iterations: 5 };
    const [a, b] = [adapt(pair, options), adapt(changed, options)];
    // But for the rounding of the mean over the two losses.
    assertClose(half(a.after, 0), half(b.after, 0), 1e-5);
    assert.ok(half(a.after, 1).some((value, i) => Math.abs(value - (half(b.after, 1)[i] as number)) > 1e-2));
    tf.dispose([one, other, third, pair, changed]);
  }));

test("what is read are the averaged weights: with a decay of 0 those of the last iteration, else ones nearer to the start", () =>
  assertNoLeak(() => {
    const target = noisy([1, 16, 16, 3]);
    const moved = (averageDecay: number, iterations: number) => {
      const { before, after } = adapt(target, { learningRate: 1e-3, iterations, averageDecay });
      return Math.sqrt(before.reduce((sum, value, i) => sum + (value - (after[i] as number)) ** 2, 0));
    };
    // The average takes the first iteration's weights with a share of 9/10.
    assertClose([moved(0.99, 1) / moved(0, 1)], [0.9], 0.05);
    assert.ok(moved(0.99, 30) < moved(0, 30));
    target.dispose();
  }));

test("the ensemble is the mean over the image's flips and rotations, of images that are not square too", () =>
  assertNoLeak(() => {
    for (const [height, width] of [
      [16, 16],
      [16, 24],
    ] as const) {
      const target = noisy([1, height, width, 3]);
      const { ensemble, before } = adapt(target, { iterations: 1, learningRate: 1e-12 });
      const network = unet();
      const open = (image: tf.Tensor4D) => openDenoiser(network, schedule, [image.shape[1], image.shape[2], 3]);
      const mean = averageOverTurns(target, (turned) => {
        const denoiser = open(turned);
        const made = denoiseOnce(denoiser, turned, sigma);
        denoiser.dispose();
        return made;
      });
      assertClose(ensemble, pixelsOf(mean), 1e-4);
      assert.notDeepEqual(ensemble, before);
      network.dispose();
      target.dispose();
    }
  }));

test("an image larger than the window is fitted by its windows, one that is smaller by itself", () =>
  assertNoLeak(() => {
    const target = noisy([1, 24, 40, 3]);
    for (const window of [16, 128]) {
      const { losses, after } = adapt(target, { window });
      assert.equal(losses.length, 3);
      assert.equal(after.length, 24 * 40 * 3);
    }
    assert.notDeepEqual(adapt(target, { window: 16 }).losses, adapt(target, { window: 128 }).losses);
    target.dispose();
  }));

test("an adaptation that is broken off frees what it made, and is read as far as it came", () =>
  assertNoLeak(() => {
    const target = noisy([1, 16, 16, 3]);
    const adaptation = openAdaptation(unet, schedule, target, { sigma, warmup: 0, learningRate: 1e-3 });
    let inside: Float32Array = new Float32Array();
    for (const { iteration } of adaptation.fit()) {
      if (iteration < 2) continue;
      inside = pixelsOf(adaptation.read());
      break;
    }
    assert.deepEqual(pixelsOf(adaptation.read()), inside);
    adaptation.dispose();
    assert.deepEqual(inside, adapt(target, { learningRate: 1e-3, iterations: 2, seed: 0 }).after);
    target.dispose();
  }));

test("what is out of range is refused before a network is loaded, and one that does not know the level is freed", () =>
  assertNoLeak(() => {
    const target = noisy([1, 16, 16, 3]);
    const refuse = (options: Partial<AdaptationOptions>, message: RegExp) =>
      assert.throws(
        () => openAdaptation(() => assert.fail("loaded"), schedule, target, { sigma, ...options }).dispose(),
        message,
      );
    refuse({ sigma: 0 }, /sigma: got 0, want a number above 0/);
    refuse({ recorruption: -1 }, /recorruption: got -1/);
    refuse({ learningRate: Number.NaN }, /learningRate: got NaN/);
    refuse({ iterations: 0 }, /iterations: got 0, want a whole number above 0/);
    refuse({ window: 1.5 }, /window: got 1.5/);
    refuse({ warmup: -1 }, /warmup: got -1, want a whole number of at least 0/);
    refuse({ averageDecay: 1 }, /averageDecay: got 1, want a number in \[0, 1\)/);
    assert.throws(
      () => openAdaptation(() => ({ ...unet(), lastLevel: 3 }), schedule, target, { sigma }),
      /the network knows the levels to 3/,
    );
    target.dispose();
  }));
