import { openStream, type RandomStream, requireNotNegative, requirePositive, tf } from "../runtime";

/**
 * y = x + n with n ~ N(0, sigma^2 I). Not clipped, so that the noise stays Gaussian.
 * @param sigma in image units: 25/255 for "sigma 25".
 * @throws RangeError when sigma is negative or not finite.
 */
export function addGaussianNoise(image: tf.Tensor4D, sigma: number, random: RandomStream): tf.Tensor4D {
  requireNotNegative({ sigma });
  return tf.tidy(() => image.add(random.normal(image.shape).mul(sigma)));
}

/**
 * y ~ Poisson(peak x) / peak: a camera that counts `peak` photons where the image is 1. Its variance is x / peak.
 * @param image values of at least 0.
 * @throws RangeError when the peak is not above 0 or the image has a value that is negative or not finite.
 */
export function addPoissonNoise(image: tf.Tensor4D, peak: number, random: RandomStream): tf.Tensor4D {
  requirePositive({ peak });
  return tf.tidy(() => random.poisson(image.mul(peak)).div(peak));
}

/**
 * Anscombe's transform (1948) of Poisson counts, 2 sqrt(peak y + 3/8), divided by its value at y = 1, so that the result
 * is in about [0, 1] as well and its noise has sigma 1 / (2 sqrt(peak + 3/8)).
 * @param noisy counts divided by `peak`, at least 0.
 * @returns an image whose noise is nearly Gaussian and the same everywhere, and its deviation.
 * @throws RangeError when the peak is not above 0.
 */
export function stabilisePoisson(noisy: tf.Tensor4D, peak: number): { image: tf.Tensor4D; sigma: number } {
  requirePositive({ peak });
  const scale = 2 * Math.sqrt(peak + 3 / 8);
  const image = tf.tidy(() =>
    noisy
      .mul<tf.Tensor4D>(peak)
      .add<tf.Tensor4D>(3 / 8)
      .sqrt()
      .mul<tf.Tensor4D>(2 / scale),
  );
  return { image, sigma: 1 / scale };
}

/**
 * Back from a denoised stabilised image: the closed form of the exact unbiased inverse (Makitalo and Foi 2011), with D
 * the transformed count, D^2/4 + sqrt(3/2)/(4 D) - 11/(8 D^2) + 5 sqrt(3/2)/(8 D^3) - 1/8, at least 0.
 * The algebraic inverse would be too dark, since the mean of a root is not the root of the mean.
 * @throws RangeError when the peak is not above 0.
 */
export function invertStabilised(denoised: tf.Tensor4D, peak: number): tf.Tensor4D {
  requirePositive({ peak });
  return tf.tidy(() => {
    // Below D of zero photons the series diverges; there the count is zero.
    const d = denoised.mul<tf.Tensor4D>(2 * Math.sqrt(peak + 3 / 8)).maximum<tf.Tensor4D>(2 * Math.sqrt(3 / 8));
    const root = Math.sqrt(3 / 2);
    const count = d
      .square()
      .div(4)
      .add(tf.div(root / 4, d))
      .sub(tf.div(11 / 8, d.square()))
      .add(tf.div((5 * root) / 8, d.pow(3)))
      .sub(1 / 8);
    return count.maximum(0).div<tf.Tensor4D>(peak);
  });
}

/**
 * The noise of an image, given by where it is from and its name there, and a seed: independent of that of every other
 * image and seed. (Drawn by the seed alone, images of one size would all have the same noise.)
 */
export function openImageNoise(image: { from: string; name: string }, seed: number): RandomStream {
  return openStream(seed, "noise").child(`${image.from}/${image.name}`);
}
