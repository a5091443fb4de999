import { addGaussianNoise, openImageNoise } from "ddpm-dip/data";
import { readCrop } from "./imageSource";
import type { NoisyPhoto } from "./noisyPhoto";
import type { SpecOf } from "./spec";

/**
 * Reads an image in its natural size and adds noise: y = x + n with n ~ N(0, sigma^2 I), keyed by the image and the seed, neither
 * clipped nor quantised.
 * @returns the clean image, for metrics only, and the noisy one, [1, height, width, 3] both; the caller's.
 * @throws Error naming the file when the image is not there; RangeError when it is smaller than the crop.
 */
export async function readNoisyCrop(
  spec: Pick<SpecOf<"denoiser">, "image" | "crop" | "sigma" | "seeds">,
): Promise<NoisyPhoto> {
  const clean = await readCrop(spec.image, spec.crop);
  return { clean, noisy: addGaussianNoise(clean, spec.sigma, openImageNoise(spec.image, spec.seeds.noise)) };
}
