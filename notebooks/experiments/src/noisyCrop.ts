import { addGaussianNoise, openImageNoise } from "ddpm-dip/data";
import { tf } from "ddpm-dip/runtime";
import { type Crop, type ImageSource, readCrop } from "./imageSource";
import type { NoisyPhoto } from "./noisyPhoto";

/** An image in its natural size with Gaussian noise, keyed by the image and the seed; as a file has it where it says so. */
export interface NoisyCrop {
  image: ImageSource;
  crop: Crop;
  sigma: number;
  seed: number;
  asFile?: boolean;
}

/**
 * Reads an image in its natural size and adds noise: y = x + n with n ~ N(0, sigma^2 I), neither clipped nor quantised but for a file's.
 * @returns the clean image, for metrics only, and the noisy one, [1, height, width, 3] both; the caller's.
 * @throws Error naming the file when the image is not there; RangeError when it is smaller than the crop.
 */
export async function readNoisyCrop({ image, crop, sigma, seed, asFile = false }: NoisyCrop): Promise<NoisyPhoto> {
  const clean = await readCrop(image, crop);
  const noisy = tf.tidy(() => {
    const drawn = addGaussianNoise(clean, sigma, openImageNoise(image, seed));
    return asFile ? drawn.clipByValue(0, 1).mul(255).round().div<tf.Tensor4D>(255) : drawn;
  });
  return { clean, noisy };
}
