import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSettings } from "../../src/cli";
import { colourGrey, greyAgain } from "../../src/cli/greyPhoto";
import { restorePhoto } from "../../src/cli/restorePhoto";
import { isWhite } from "../../src/data";
import { meanSquaredError } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

test("grey noise becomes white noise of colour, of sqrt(3) times the deviation; the mean is the grey image", () =>
  assertNoLeak(() => {
    tf.tidy(() => {
      const sigma = 0.1;
      const grey = openStream(1, "noise").normal([1, 128, 128, 1]).mul(sigma).add(0.5) as tf.Tensor4D;
      const { image, sigma: deviation } = colourGrey(grey, sigma, openStream(1, "split"));
      assert.equal(deviation, Math.sqrt(3) * sigma);
      assertClose(greyAgain(image, 0).image.dataSync(), grey.dataSync(), 1e-6);
      const noise = image.sub(0.5).reshape([-1, 3]) as tf.Tensor2D;
      const covariance = noise
        .transpose()
        .matMul(noise)
        .div(128 * 128 * deviation ** 2);
      // Standard error of an entry: at most sqrt(2 / 16384) = 0.011.
      assertClose(covariance.dataSync(), [1, 0, 0, 0, 1, 0, 0, 0, 1], 0.045);
    });
  }));

test("of a grey scene the colour is error: the grey image's error is that of the channels less their variance", () =>
  assertNoLeak(() => {
    tf.tidy(() => {
      const clean = tf.linspace(0, 1, 64).reshape([1, 8, 8, 1]) as tf.Tensor4D;
      const made = clean.add(openStream(2, "noise").normal([1, 8, 8, 3]).mul(0.1)) as tf.Tensor4D;
      const error = meanSquaredError(made, clean.tile([1, 1, 1, 3]) as tf.Tensor4D);
      const { image, risk } = greyAgain(made, error);
      assert.ok(Math.abs(risk - meanSquaredError(image, clean)) < 1e-6, `${risk}`);
    });
  }));

test("without noise there are three copies", () =>
  assertNoLeak(() => {
    tf.tidy(() => {
      const grey = tf.tensor4d([0.2, 0.7], [1, 1, 2, 1]);
      const { image, sigma } = colourGrey(grey, 0, openStream(1, "split"));
      assert.equal(sigma, 0);
      assertClose(image.dataSync(), [0.2, 0.2, 0.2, 0.7, 0.7, 0.7], 1e-7);
    });
  }));

const size = 64;

/** A photo of one grey with noise, restored by a method that takes off just that noise. */
async function takeOff(noise: tf.Tensor4D, channels: 1 | 3) {
  const clean = tf.fill([1, size, size, 3], 0.5) as tf.Tensor4D;
  const image = tf.tidy(() => {
    const noisy = clean.add(noise) as tf.Tensor4D;
    return channels === 1 ? tf.slice(noisy, [0, 0, 0, 0], [-1, -1, -1, 1]) : noisy.clone();
  }) as tf.Tensor4D;
  const settings = { ...defaultSettings, task: "denoise" as const, sigma: 0.1 };
  const method = async () => {
    const costs = { risk: 1e-4, seconds: 1, iterations: 0, evaluations: 1 };
    return { image: clean.clone(), ...costs, reasons: ["As ever."] };
  };
  const { restored, noiseCorrelation } = await restorePhoto({ image }, settings, { method });
  tf.dispose([clean, image, restored.image]);
  return { reasons: restored.reasons, noiseCorrelation };
}

test("a photo whose noise is not white says so first, in colour and grey; white noise needs no word", () =>
  assertNoLeak(async () => {
    const white = tf.tidy(() => openStream(1, "noise").normal([1, size, size, 3]).mul(0.1) as tf.Tensor4D);
    const smooth = tf.tidy(() => tf.avgPool(white, 2, 1, "same") as tf.Tensor4D);
    for (const channels of [1, 3] as const) {
      const plain = await takeOff(white, channels);
      assert.deepEqual(plain.reasons, ["As ever."]);
      assert.ok(isWhite(plain.noiseCorrelation as number), `${plain.noiseCorrelation}`);
      const coloured = await takeOff(smooth, channels);
      assert.match(coloured.reasons[0] as string, /^The noise is not white: .* correlate by 0\.[45]/);
      assert.equal(coloured.reasons[1], "As ever.");
      assert.ok(!isWhite(coloured.noiseCorrelation as number));
    }
    tf.dispose([white, smooth]);
  }));
