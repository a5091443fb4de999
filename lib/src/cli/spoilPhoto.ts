import { addGaussianNoise, cropCentre, downsample, drawPixelMask, enlargeBicubic } from "../data";
import { openStream, tf } from "../runtime";
import { readPhoto, readPhotoMask } from "./photoFile";
import type { Settings } from "./settings";

/** A clean photo and what is measured of it. */
export interface SpoiltPhoto {
  /** [1, height, width, 3]; for scores only. */
  clean: tf.Tensor4D;
  /** What a way is given. */
  measured: tf.Tensor4D;
  mask?: tf.Tensor4D | undefined;
  /** The measurement as one would show it, in the clean photo's size; what a way should beat. */
  plain: tf.Tensor4D;
  dispose(): void;
}

/**
 * Spoils a photo as the task has it: noise, missing pixels, or fewer pixels. Noise is not clipped, and a photo's name and
 * the seed decide it.
 * @param bytes of the file; a grey photo becomes a colour one.
 * @param mask file of the known pixels. @param keep share of the known pixels where there is no file.
 * @throws Error when the photo or the mask cannot be read.
 */
export async function spoilPhoto(
  bytes: Uint8Array,
  name: string,
  { task, size, sigma = 0, seed, factor }: Settings,
  { mask: maskFile, keep }: { mask?: string | undefined; keep: number },
): Promise<SpoiltPhoto> {
  const photo = await readPhoto(bytes, { longest: size, name });
  const divisor = task === "super-resolve" ? factor : 1;
  const clean = tf.tidy(() => {
    const colour = photo.image.shape[3] === 1 ? (photo.image.tile([1, 1, 1, 3]) as tf.Tensor4D) : photo.image;
    const [, height, width] = colour.shape;
    return cropCentre(colour, width - (width % divisor), height - (height % divisor));
  });
  tf.dispose([photo.image, ...(photo.alpha ? [photo.alpha] : [])]);
  const [, height, width] = clean.shape;
  const random = openStream(seed, "noise", name);
  const mask = task === "inpaint" ? await openMask() : undefined;
  const measured = tf.tidy(() => {
    const whole = task === "super-resolve" ? downsample(clean, factor) : clean.clone();
    const noisy = sigma > 0 ? addGaussianNoise(whole, sigma, random) : whole;
    return mask ? noisy.mul<tf.Tensor4D>(mask) : noisy;
  });
  const plain = tf.tidy(() => {
    if (task === "super-resolve") return enlargeBicubic(measured, height, width);
    if (!mask) return measured.clone();
    const mean = measured.sum([1, 2], true).div(mask.sum());
    return measured.add<tf.Tensor4D>(mean.mul(tf.sub(1, mask)));
  });
  return {
    ...{ clean, measured, plain, mask },
    dispose: () => tf.dispose([clean, measured, plain, ...(mask ? [mask] : [])]),
  };

  function openMask(): Promise<tf.Tensor4D> | tf.Tensor4D {
    return maskFile === undefined
      ? drawPixelMask(height, width, keep, openStream(seed, "data", `mask ${name}`))
      : readPhotoMask(maskFile, { width, height });
  }
}
