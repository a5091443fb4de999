import type { tf } from "../runtime";

/** Posterior means of noisy images, image units, at a noise level. */
type Denoise = (noisy: tf.Tensor4D, deviation: number) => tf.Tensor4D;
/** Standard deviation of the noise in an image, image units, and that of a recorruption as a share b of it. */
type Levels = { sigma: number; recorruption: number };

/** How far Stein's probe moves the image, as a share of the noise: little beside it, and much beside a float's last digits. */
const probeShare = 0.01;

/**
 * What a denoiser D is fitted by where there is no clean image, squared image units: a scalar of a noisy image y and standard normal
 * values n of its shape. May stand in a recorded step.
 */
export const adaptationLosses = {
  /** |D(y + v) - (y - v/b^2)|^2 with v = b sigma n (recorrupted-to-recorrupted, Pang et al. 2021). */
  recorrupted(denoise: Denoise, noisy: tf.Tensor4D, normal: tf.Tensor, { sigma, recorruption: b }: Levels): tf.Tensor {
    const v = normal.mul(b * sigma);
    const made = denoise(noisy.add(v), sigma * Math.sqrt(1 + b ** 2));
    return made.squaredDifference(noisy.sub(v.div(b ** 2))).mean();
  },
  /** |D(y) - y|^2 - sigma^2 + 2 sigma^2 div D(y) (Stein 1981), the divergence by the probe n (Ramani et al. 2008). */
  sure(denoise: Denoise, noisy: tf.Tensor4D, normal: tf.Tensor, { sigma }: Levels): tf.Tensor {
    const step = probeShare * sigma;
    const made = denoise(noisy, sigma);
    const moved = denoise(noisy.add(normal.mul(step)), sigma);
    const divergence = moved.sub(made).mul(normal).mean().div(step);
    const correction = divergence.mul(2).sub(1);
    return made
      .squaredDifference(noisy)
      .mean()
      .add(correction.mul(sigma ** 2));
  },
};
