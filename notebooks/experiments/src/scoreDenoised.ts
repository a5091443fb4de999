import { tf } from "ddpm-dip/runtime";
import type { TrialResult } from "ddpm-dip/trials";
import type { NoisyPhoto } from "./noisyCrop";
import { owning } from "./owning";
import { keepPictures, openQuality } from "./readings";
import type { DenoiserSpec } from "./spec";

/**
 * What a trial of a denoiser stores, whatever made its image: that is cut to [0, 1] before anything is measured.
 * @param photo stays the caller's. @param denoised [1, height, width, 3]; stays the caller's. @param seconds of the denoising
 *   alone.
 * @throws RangeError when the shapes differ; Error when the image holds a value that is not a finite number.
 */
export const scoreDenoised = (
  spec: DenoiserSpec,
  { clean, noisy }: NoisyPhoto,
  denoised: tf.Tensor4D,
  seconds: number,
): Promise<TrialResult> =>
  owning(async (own) => {
    const { kind } = spec.denoiser;
    if (denoised.shape.join() !== clean.shape.join()) {
      throw new RangeError(`${kind}: made an image of [${denoised.shape}], want [${clean.shape}]`);
    }
    if (!denoised.dataSync().every(Number.isFinite)) {
      throw new Error(`${kind}: made an image with a value that is not a finite number`);
    }
    const image = own(tf.clipByValue(denoised, 0, 1));
    const quality = own(openQuality(clean, spec.perceptual)).of(image);
    const images = await keepPictures(spec.keepImages, { clean, noisy, denoised: image });
    return { curves: {}, images, metrics: { ...quality, seconds } };
  });
