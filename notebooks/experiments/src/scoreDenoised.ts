import { psnr, ssim } from "ddpm-dip/metrics";
import { tf } from "ddpm-dip/runtime";
import type { TrialResult } from "ddpm-dip/trials";
import { openPerceptual } from "./featureCheckpoints";
import { type NoisyPhoto, toDataUri } from "./noisyPhoto";
import type { SpecOf } from "./spec";

/**
 * What a trial of a denoiser stores, whatever made its image: the image is cut to [0, 1] before anything is measured.
 * @param photo the clean image and the noisy one, which stay the caller's.
 * @param denoised [1, height, width, 3], image units; stays the caller's.
 * @param seconds of the denoising alone.
 * @returns `psnr` in dB, `ssim`, `perceptual` where the spec names a network for it, `seconds`, and the images where the spec keeps them.
 * @throws RangeError when the shapes differ; Error when the image holds a value that is not a finite number.
 */
export async function scoreDenoised(
  spec: SpecOf<"denoiser">,
  { clean, noisy }: NoisyPhoto,
  denoised: tf.Tensor4D,
  seconds: number,
): Promise<TrialResult> {
  if (denoised.shape.join() !== clean.shape.join()) {
    throw new RangeError(`${spec.denoiser.kind}: made an image of [${denoised.shape}], want [${clean.shape}]`);
  }
  if (!denoised.dataSync().every(Number.isFinite)) {
    throw new Error(`${spec.denoiser.kind}: made an image with a value that is not a finite number`);
  }
  const image = tf.tidy(() => tf.clipByValue(denoised, 0, 1));
  try {
    const images: Record<string, string> = {};
    if (spec.keepImages) {
      images.clean = await toDataUri(clean);
      images.noisy = await toDataUri(noisy);
      images.denoised = await toDataUri(image);
    }
    const metrics = { psnr: psnr(image, clean), ssim: ssim(image, clean), ...distanceOf(spec, image, clean), seconds };
    return { curves: {}, images, metrics };
  } finally {
    image.dispose();
  }
}

function distanceOf(
  { perceptual }: SpecOf<"denoiser">,
  image: tf.Tensor4D,
  clean: tf.Tensor4D,
): { perceptual?: number } {
  if (!perceptual) return {};
  const network = openPerceptual(perceptual);
  try {
    return { perceptual: network.distance(image, clean)[0] as number };
  } finally {
    network.dispose();
  }
}
