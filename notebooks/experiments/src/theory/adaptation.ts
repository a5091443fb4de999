import { meanSquaredError } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import type { KnownDenoiser, Projection } from "./denoisers";
import { noisyDraw } from "./riskEstimates";

const recorruption = (noisy: tf.Tensor4D, deviation: number, index: number) =>
  openStream(index, "training").normal(noisy.shape).mul<tf.Tensor4D>(deviation);

/**
 * One draw of the recorrupted loss |D(y + v) − (y − v/b²)|²/d less σ² (1 + 1/b²), beside what it estimates: Stein's estimate for
 * D(· + v) at y, v held fixed, |D(y + v) − y|²/d + 2 σ² div D(y + v)/d − σ², and the error |D(y + v) − x|²/d.
 * @param noisy y, of which the recorruption v is independent. @param b standard deviation of v as a share of sigma.
 */
export function drawRecorrupted(
  { denoise, divergence }: KnownDenoiser & { divergence(noisy: tf.Tensor4D): number },
  { clean, noisy, sigma, b }: { clean: tf.Tensor4D; noisy: tf.Tensor4D; sigma: number; b: number },
  index: number,
): { loss: number; stein: number; error: number } {
  return tf.tidy(() => {
    const v = recorruption(noisy, b * sigma, index);
    const seen = noisy.add<tf.Tensor4D>(v);
    const made = denoise(seen);
    const target = noisy.sub<tf.Tensor4D>(v.div(b * b));
    return {
      loss: meanSquaredError(made, target) - sigma ** 2 * (1 + 1 / b ** 2),
      stein: meanSquaredError(made, noisy) + 2 * sigma ** 2 * divergence(seen) - sigma ** 2,
      error: meanSquaredError(made, clean),
    };
  });
}

/**
 * The share c of a projection in (1 − c) I + c P that the recorrupted loss wants, over many draws of the noise and of the recorruption.
 * The loss is a quadratic of c: its minimum is computed, not searched.
 */
export function fitShare(
  { denoise }: Projection,
  clean: tf.Tensor4D,
  { sigma, b, draws }: { sigma: number; b: number; draws: number },
): number {
  let [product, square] = [0, 0];
  for (let index = 0; index < draws; index++) {
    tf.tidy(() => {
      const noisy = noisyDraw(clean, sigma, index);
      const v = recorruption(noisy, b * sigma, index);
      const seen = noisy.add<tf.Tensor4D>(v);
      const change = denoise(seen).sub(seen);
      const rest = v.mul(1 + 1 / b ** 2);
      product -= rest.mul(change).mean().dataSync()[0] as number;
      square += change.square().mean().dataSync()[0] as number;
    });
  }
  return product / square;
}

/** The share that is best for noise of a variance: the least of c² B + variance (rank + (1 − c)² (1 − rank)). */
export function bestShare(bias: number, rank: number, variance: number): number {
  const removed = variance * (1 - rank);
  return removed / (bias + removed);
}

/** The mean squared error at a share, of an image with noise of that variance. */
export function shareRisk(share: number, bias: number, rank: number, variance: number): number {
  return share ** 2 * bias + variance * (rank + (1 - share) ** 2 * (1 - rank));
}
