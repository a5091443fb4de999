import { tf } from "../runtime";

/** Mean squared difference of two images, in squared image units. @throws RangeError when their shapes differ. */
export function meanSquaredError(a: tf.Tensor4D, b: tf.Tensor4D): number {
  requireSameShape(a, b);
  return tf.tidy(() => tf.squaredDifference(a, b).mean().dataSync()[0] as number);
}

/**
 * Peak signal-to-noise ratio 10 log10(1 / MSE) in dB, data range 1, both images clipped to [0, 1] first.
 * @param image [batch, height, width, channels]. @returns Infinity for equal images.
 * @throws RangeError when the shapes differ.
 */
export function psnr(image: tf.Tensor4D, reference: tf.Tensor4D): number {
  requireSameShape(image, reference);
  return tf.tidy(() => {
    const [a, b] = [tf.clipByValue(image, 0, 1), tf.clipByValue(reference, 0, 1)];
    return -10 * Math.log10(meanSquaredError(a, b));
  });
}

export function requireSameShape(a: tf.Tensor, b: tf.Tensor): void {
  if (a.shape.join() !== b.shape.join()) {
    throw new RangeError(`images of different shapes: [${a.shape}] and [${b.shape}]`);
  }
}
