import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSettings, restorePhoto } from "../../src/cli";
import { isWhite } from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

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
