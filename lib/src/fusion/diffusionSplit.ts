import { type RandomStream, requirePositive, tf } from "../runtime";

/** The two halves of a noisy image. Both belong to the caller. */
export interface DiffusionSplit {
  /** y + w, to train on: a forward diffusion step from y. Noise variance sigma^2 (1 + a^2). */
  plus: tf.Tensor4D;
  /** y - w/a^2, held out, independent of `plus` given the clean image. Noise variance sigma^2 (1 + 1/a^2). */
  minus: tf.Tensor4D;
  /** Variance of the held-out noise, sigma^2 (1 + 1/a^2), to be subtracted from the held-out error. */
  heldOutVariance: number;
}

/** Noise level and balance of a split. */
export interface DiffusionSplitOptions {
  /** Standard deviation of the Gaussian noise in y, in image units. */
  sigma: number;
  /** Share of extra noise: w ~ N(0, (a sigma)^2 I). Small a trains on almost y and reads a noisier risk. */
  a?: number;
}

/**
 * Splits a noisy image y = x + n, n ~ N(0, sigma^2 I), into two independent noisy images of x:
 * with w ~ N(0, (a sigma)^2 I), y+ = y + w and y- = y - w/a^2, for
 * Cov(y+ - x, y- - x) = sigma^2 - (a sigma)^2 / a^2 = 0 and both are Gaussian
 * (relatives: Pang et al. 2021, recorrupted-to-recorrupted; Oliveira et al. 2022, coupled bootstrap).
 * sqrt(alphaBar) (2 y+ - 1) is a DDPM marginal sample with (1 - alphaBar)/alphaBar = 4 sigma^2 (1 + a^2).
 * @param noisy [batch, height, width, channels] in image units, not clipped.
 * @throws RangeError when sigma or a is not a finite number above 0.
 */
export function splitByDiffusion(
  noisy: tf.Tensor4D,
  { sigma, a = 0.25 }: DiffusionSplitOptions,
  random: RandomStream,
): DiffusionSplit {
  requirePositive({ sigma, a });
  const [plus, minus] = tf.tidy((): [tf.Tensor4D, tf.Tensor4D] => {
    const w = random.normal(noisy.shape).mul(a * sigma);
    return [noisy.add(w), noisy.sub(w.div(a * a))];
  });
  return { plus, minus, heldOutVariance: sigma ** 2 * (1 + 1 / a ** 2) };
}

/**
 * Unbiased estimate of the mean squared error of an image f that was made from y+ alone:
 * E |f - y-|^2 / d = E |f - x|^2 / d + sigma^2 (1 + 1/a^2), whatever made f.
 * A single estimate can be negative: the held-out noise is random, only its mean is subtracted.
 * @returns in squared image units.
 */
export function estimateRisk(image: tf.Tensor4D, { minus, heldOutVariance }: DiffusionSplit): number {
  return tf.tidy(() => (tf.squaredDifference(image, minus).mean().dataSync()[0] as number) - heldOutVariance);
}
