import { addGaussianNoise } from "ddpm-dip/data";
import { estimateByPair, estimateRisk, splitByDiffusion } from "ddpm-dip/fusion";
import { meanSquaredError } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import type { KnownDenoiser, Projection } from "./denoisers";

export interface SplitSetting {
  /** Standard deviation of the noise, image units. */
  sigma: number;
  a: number;
}

/** The noise in a photo, of draw `index`: a noisy image that is not clipped. */
export function noisyDraw(clean: tf.Tensor4D, sigma: number, index: number): tf.Tensor4D {
  return addGaussianNoise(clean, sigma, openStream(index, "noise"));
}

/** One draw of a single split: the risk estimate and the true error, the product of the halves' noises and the mean square of that of y⁺. */
export function drawSingle(clean: tf.Tensor4D, { denoise }: KnownDenoiser, { sigma, a }: SplitSetting, index: number) {
  return tf.tidy(() => {
    const split = splitByDiffusion(noisyDraw(clean, sigma, index), { sigma, a }, openStream(index, "split"));
    const made = denoise(split.plus);
    return {
      risk: estimateRisk(made, split),
      error: meanSquaredError(made, clean),
      product: split.plus.sub(clean).mul(split.minus.sub(clean)).mean().dataSync()[0] as number,
      variance: meanSquaredError(split.plus, clean),
    };
  });
}

/** An antithetic pair: the estimate is of the mean of the two images. @param noisy that of the draw where left out. */
export function drawPair(
  clean: tf.Tensor4D,
  { denoise }: KnownDenoiser,
  { sigma, a }: SplitSetting,
  index: number,
  noisy?: tf.Tensor4D,
) {
  return tf.tidy(() => {
    const pair = estimateByPair(noisy ?? noisyDraw(clean, sigma, index), { sigma, a }, openStream(index, "split"));
    const made = denoise(pair.target).dataSync() as Float32Array;
    const image = tf.tensor4d(pair.imageOf(made), clean.shape);
    const result = { risk: pair.estimate(made).risk, error: meanSquaredError(image, clean) };
    pair.dispose();
    return result;
  });
}

/** The mean product of two denoisers' errors on one pair, estimated and true. */
export function drawProduct(
  clean: tf.Tensor4D,
  [one, other]: readonly [KnownDenoiser, KnownDenoiser],
  { sigma, a }: SplitSetting,
  index: number,
): { estimate: number; product: number } {
  return tf.tidy(() => {
    const pair = estimateByPair(noisyDraw(clean, sigma, index), { sigma, a }, openStream(index, "split"));
    const made = [one, other].map(({ denoise }) => denoise(pair.target).dataSync() as Float32Array);
    const [first, second] = made as [Float32Array, Float32Array];
    const errors = made.map((own) => tf.tensor4d(pair.imageOf(own), clean.shape).sub(clean)) as [tf.Tensor, tf.Tensor];
    const product = errors[0].mul(errors[1]).mean().dataSync()[0] as number;
    const estimate = pair.product(first, second);
    pair.dispose();
    return { estimate, product };
  });
}

/**
 * Mean square of the single split's estimate about the true error, 2 τ⁴/d + 4 τ² r/d with τ² = σ² (1 + 1/a²): exact.
 * @param risk E|f − x|²/d. @param values d.
 */
export function singleVariance({ sigma, a }: SplitSetting, risk: number, values: number): number {
  const heldOut = sigma ** 2 * (1 + 1 / a ** 2);
  return (2 * heldOut ** 2 + 4 * heldOut * risk) / values;
}

/** The same of the pair on a projection K: 2 σ⁴ (1 + 4 tr K/d)/d + 4 σ² |Kx − x|²/d², whatever a. @param bias |Kx − x|²/d. */
export function pairVariance(sigma: number, { rank }: Projection, bias: number, values: number): number {
  return (2 * sigma ** 4 * (1 + 4 * rank) + 4 * sigma ** 2 * bias) / values;
}

/** The relative standard deviation of the estimate that is left however good the denoiser: σ² √(2/d) / r. */
export function relativeDeviation(sigma: number, risk: number, values: number): number {
  return (sigma ** 2 * Math.sqrt(2 / values)) / risk;
}
