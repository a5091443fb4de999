import { addGaussianNoise, encodePng, openImageNoise } from "ddpm-dip/data";
import { dataUri, tf } from "ddpm-dip/runtime";
import { type Crop, type ImageSource, readCrop } from "./imageSource";

/** A clean photo, for metrics only, and its noisy version, which is all that a method sees. */
export interface NoisyPhoto {
  clean: tf.Tensor4D;
  noisy: tf.Tensor4D;
}

/**
 * Reads an image in its natural size and adds noise, keyed by the image and the seed: y = x + n with n ~ N(0, sigma^2 I), neither
 * clipped nor quantised but for a file's.
 * @returns the clean image, for metrics only, and the noisy one, [1, height, width, 3] both; the caller's.
 * @throws Error naming the file when the image is not there; RangeError when it is smaller than the crop.
 */
export async function readNoisyCrop({
  image,
  crop,
  sigma,
  seed,
  asFile = false,
}: {
  image: ImageSource;
  crop: Crop;
  sigma: number;
  seed: number;
  asFile?: boolean;
}): Promise<NoisyPhoto> {
  const clean = await readCrop(image, crop);
  const noisy = tf.tidy(() => {
    const drawn = addGaussianNoise(clean, sigma, openImageNoise(image, seed));
    return asFile ? drawn.clipByValue(0, 1).mul(255).round().div<tf.Tensor4D>(255) : drawn;
  });
  return { clean, noisy };
}

/** The image as a data URI, for a record. */
export async function toDataUri(image: tf.Tensor4D): Promise<string> {
  return dataUri(await encodePng(image));
}
