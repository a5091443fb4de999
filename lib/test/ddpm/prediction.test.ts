import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cleanFrom,
  cosineSchedule,
  noiseFrom,
  openDenoiser,
  type Prediction,
  targetOf,
  thresholdDynamically,
} from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll, range } from "../helpers";

const draw = (seed: number) => openStream(seed, "data").normal([2, 3, 3, 1]) as tf.Tensor4D;
const predictions: Prediction[] = ["noise", "clean", "velocity"];

test("each kind of prediction, exact, gives back the clean image and the noise", () =>
  assertNoLeak(() => {
    const [clean, noise] = [draw(1), draw(2)];
    for (const alphaBar of [0.9, 0.3]) {
      const at = { signal: Math.sqrt(alphaBar), noise: Math.sqrt(1 - alphaBar) };
      tf.tidy(() => {
        const xt = clean.mul(at.signal).add(noise.mul(at.noise)) as tf.Tensor4D;
        for (const prediction of predictions) {
          const said = targetOf(prediction, clean, noise, at);
          assertClose(cleanFrom(prediction, said, xt, at).dataSync(), clean.dataSync(), 1e-5);
          assertClose(noiseFrom(prediction, said, xt, at).dataSync(), noise.dataSync(), 1e-5);
        }
      });
    }
    disposeAll(clean, noise);
  }));

test("a denoiser shows the same noise and clean image whatever its network predicts", () => {
  const schedule = cosineSchedule(100);
  const [clean, noise] = [draw(1), draw(2)];
  const t = 40;
  const alphaBar = schedule.alphaBar[t] as number;
  const at = { signal: Math.sqrt(alphaBar), noise: Math.sqrt(1 - alphaBar) };
  const xt = clean.mul(at.signal).add(noise.mul(at.noise)) as tf.Tensor4D;
  for (const prediction of predictions) {
    const said = tf.variable(targetOf(prediction, clean, noise, at), false) as tf.Tensor4D;
    const denoiser = openDenoiser({ prediction, apply: () => said.clone() }, schedule, [3, 3, 1], { engine: "eager" });
    const seen = denoiser.denoise(xt, t, { clip: false });
    assertClose(seen.noise.dataSync(), noise.dataSync(), 1e-5);
    assertClose(seen.clean.dataSync(), clean.dataSync(), 1e-5);
    denoiser.dispose();
  }
});

test("dynamic thresholding cuts at the quantile of each image, as NumPy has it, and leaves tame images alone", () => {
  // x = (sin(arange(48) * 12.9898) * 3).reshape(2, 24); s = quantile(abs(x), 0.9, axis=1)
  const bounds = [2.93757611, 2.94170562];
  const values = range(48).map((i) => Math.sin(i * 12.9898) * 3);
  const clean = tf.tensor4d(values, [2, 2, 4, 3]);
  const expected = values.map((value, i) => {
    const bound = bounds[i < 24 ? 0 : 1] as number;
    return Math.max(-1, Math.min(1, value / bound));
  });
  assertClose(thresholdDynamically(clean, 0.9).dataSync(), expected, 1e-5);
  const tame = clean.div(10) as tf.Tensor4D;
  assertClose(thresholdDynamically(tame, 0.9).dataSync(), tame.dataSync(), 1e-6);
  assert.throws(() => thresholdDynamically(clean, 1), /quantile: got 1/);
});
