import { test } from "node:test";
import { cleanFrom, cosineSchedule, noiseFrom, openDenoiser, type Prediction, targetOf } from "../../src/ddpm";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

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
