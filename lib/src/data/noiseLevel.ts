import { medianSorted } from "simple-statistics";
import { paddings, tf } from "../runtime";

/** Median of the absolute value of a standard normal variable. */
const medianDeviation = 0.6744897501960817;

/** Daubechies' high-pass filter with two vanishing moments. */
export const db2 = [-0.48296291314469025, 0.836516303737469, -0.22414386804185735, -0.12940952255092145];

/**
 * The noise level of an image by Donoho's estimator (Donoho and Johnstone 1994): the median of the absolute values of
 * the finest diagonal wavelet coefficients (db2), over 0.6745; the mean of the channels. The same numbers as
 * scikit-image's `estimate_sigma`. Fine texture counts as noise, so it is too large on busy images.
 * @returns sigma in image units.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when a side is below 4 pixels or there are several images.
 */
export function estimateSigmaWavelet(noisy: tf.Tensor4D): number {
  checkSides(noisy, 4);
  const estimates = diagonalCoefficients(noisy).map((channel) => {
    const sizes = channel.map(Math.abs).filter((size) => size > 0);
    return sizes.length === 0 ? 0 : medianSorted(sizes.sort() as unknown as number[]) / medianDeviation;
  });
  return estimates.reduce((sum, estimate) => sum + estimate, 0) / estimates.length;
}

/**
 * How far noise is from white: the correlation of values of one channel that lie side by side or above each other, the mean of both
 * directions, over all channels. White noise has 0, with a deviation of about 1 / sqrt(2 n) for n values; noise that went through a
 * camera's demosaicking, JPEG or resampling has more.
 * @param noise [1, height, width, channels], such as what a denoiser took off a photo; its mean over each channel is taken off.
 * @returns in [-1, 1]; 0 where the noise is constant.
 * @throws RangeError when a side is below 2 pixels or there are several images.
 */
export function neighbourCorrelation(noise: tf.Tensor4D): number {
  checkSides(noise, 2);
  const [, height, width] = noise.shape;
  return tf.tidy(() => {
    const centred = noise.sub(noise.mean([1, 2], true)) as tf.Tensor4D;
    const variance = centred.square().mean().dataSync()[0] as number;
    if (variance === 0) return 0;
    const part = (top: number, left: number, down: number, right: number) =>
      tf.slice(centred, [0, top, left, 0], [-1, height - down, width - right, -1]);
    const meanProduct = (down: number, right: number) =>
      part(0, 0, down, right)
        .mul(part(down, right, down, right))
        .mean()
        .dataSync()[0] as number;
    return (meanProduct(0, 1) + meanProduct(1, 0)) / (2 * variance);
  });
}

function checkSides({ shape: [batch, height, width] }: tf.Tensor4D, least: number): void {
  if (batch !== 1) throw new RangeError(`image: got ${batch} images, want 1`);
  if (height < least || width < least) {
    throw new RangeError(`image: got ${width}x${height}, want sides of at least ${least} pixels`);
  }
}

/** The finest diagonal wavelet coefficients of each channel. */
function diagonalCoefficients(image: tf.Tensor4D): Float32Array[] {
  const filtered = tf.tidy(() => {
    const padded = tf.mirrorPad(image, paddings([2, 3]), "symmetric");
    // Channels to the batch, so that one kernel serves all of them.
    const planes = padded.transpose([3, 1, 2, 0]) as tf.Tensor4D;
    const kernel = tf.tensor4d(
      [...db2].reverse().flatMap((row) => [...db2].reverse().map((column) => row * column)),
      [4, 4, 1, 1],
    );
    return tf.conv2d(planes, kernel, 2, "valid").reshape([image.shape[3], -1]) as tf.Tensor2D;
  });
  // Typed, where nested arrays of a large photo would take many times its memory.
  const values = filtered.dataSync() as Float32Array;
  const [channels, count] = filtered.shape;
  filtered.dispose();
  return Array.from({ length: channels }, (_, channel) => values.subarray(channel * count, (channel + 1) * count));
}

/** The largest `neighbourCorrelation` that is taken for white noise's (of tune images with white noise it is below 0; notebook 04, section 5). */
const largestOfWhite = 0.05;

/** Whether what a denoiser took off a photo can be white noise, by its `neighbourCorrelation`. */
export function isWhite(correlation: number): boolean {
  return correlation <= largestOfWhite;
}
