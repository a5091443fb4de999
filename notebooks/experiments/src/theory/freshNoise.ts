import { addGaussianNoise } from "ddpm-dip/data";
import { createAdam } from "ddpm-dip/nn";
import { openStream, tf } from "ddpm-dip/runtime";
import { mean } from "simple-statistics";
import type { Projection } from "./denoisers";
import { drawSingle, type SplitSetting } from "./riskEstimates";

/** The single split's estimate for a denoiser that sees y⁺ and fresh noise of the level sigma on it. */
export function drawWithFresh(clean: tf.Tensor4D, known: Projection, setting: SplitSetting, index: number): number {
  const stage = openStream(index, "split").child("stage");
  const denoise = (plus: tf.Tensor4D) => known.denoise(addGaussianNoise(plus, setting.sigma, stage));
  return drawSingle(clean, { ...known, denoise }, setting, index).risk;
}

/**
 * Adam's mean step, as a share of the learning rate, for a gradient of 1 with fresh noise on it: many weights, each with the
 * loss w (1 + s xi), after the moments have settled.
 */
export function measureAdamStep(noise: number, { weights = 4000, iterations = 600 } = {}): number {
  const learningRate = 1e-3;
  const parameter = tf.tidy(() => tf.variable(tf.zeros([weights])));
  const optimizer = createAdam({ w: parameter }, { learningRate, beta2: 0.99 });
  const random = openStream(1, "noise");
  const settled = iterations / 2;
  const places: number[] = [];
  for (let iteration = 1; iteration <= iterations; iteration++) {
    tf.tidy(() => {
      const gradient = random.normal([weights], iteration).mul(noise).add(1);
      optimizer.minimize(() => ({ loss: parameter.mul(gradient).sum() as tf.Scalar }), iteration);
    });
    if (iteration === settled || iteration === iterations) places.push(mean(Array.from(parameter.dataSync())));
  }
  optimizer.dispose();
  parameter.dispose();
  const [from, to] = places as [number, number];
  return (from - to) / (learningRate * (iterations - settled));
}
