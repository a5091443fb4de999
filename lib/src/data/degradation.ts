import { type RandomStream, tf } from "../runtime";

/**
 * y = x + n with n ~ N(0, sigma^2 I). Not clipped, so that the noise stays Gaussian.
 * @param sigma in image units: 25/255 for "sigma 25".
 * @throws RangeError when sigma is negative or not finite.
 */
export function addGaussianNoise(image: tf.Tensor4D, sigma: number, random: RandomStream): tf.Tensor4D {
  if (!(sigma >= 0 && Number.isFinite(sigma))) throw new RangeError(`sigma: got ${sigma}, want a number of at least 0`);
  return tf.tidy(() => image.add(random.normal(image.shape).mul(sigma)));
}

/**
 * A mask of known pixels, each kept with the same chance.
 * @param keep chance in [0, 1] that a pixel is known.
 * @returns [1, height, width, 1] of ones (known) and zeros.
 * @throws RangeError when keep is out of range.
 */
export function drawPixelMask(height: number, width: number, keep: number, random: RandomStream): tf.Tensor4D {
  if (!(keep >= 0 && keep <= 1)) throw new RangeError(`keep: got ${keep}, want a number in [0, 1]`);
  return tf.tidy(() => random.uniform([1, height, width, 1], 0, 1).less(keep).toFloat() as tf.Tensor4D);
}

/**
 * Mean over blocks of factor x factor pixels: the box kernel of super-resolution.
 * @throws RangeError when the factor does not divide the sides.
 */
export function downsampleBox(image: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [, height, width] = image.shape;
  if (!Number.isInteger(factor) || factor < 1 || height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(`factor: got ${factor}, want a whole number that divides ${width} and ${height}`);
  }
  return tf.avgPool(image, factor, factor, "valid");
}
