import assert from "node:assert/strict";
import { test } from "node:test";
import { colourGrey, greyAgain } from "../../src/cli";
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
