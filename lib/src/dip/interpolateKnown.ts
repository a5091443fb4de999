import { requirePositive, tf } from "../runtime";

/**
 * Interpolates the observed pixels of images: near them their Gaussian-weighted mean (normalized convolution,
 * Knutsson and Westin 1993), farther off that of ever coarser levels (the pull-push of Gortler et al. 1996), so that a hole
 * is filled smoothly from its rim. The known pixels themselves are smoothed too.
 * @param known [count, height, width, channels]; what stands where the mask is 0 has no weight.
 * @param mask [count, height, width, 1] of ones and zeros, with a one in it.
 * @param blur standard deviation of the finest Gaussian, pixels.
 * @returns images of the same shape, owned by the caller.
 * @throws RangeError when the blur is not above 0 or nothing is known.
 */
export function interpolateKnown(known: tf.Tensor4D, mask: tf.Tensor4D, blur: number): tf.Tensor4D {
  requirePositive({ blur });
  if (tf.tidy(() => mask.max().dataSync()[0] as number) <= 0)
    throw new RangeError("mask: got no known pixel, want at least one");
  return tf.tidy(() => fill(smooth(known.mul(mask), blur), smooth(mask, blur)));
}

/** Weight from which a level's own mean is all that counts. */
const enough = 0.25;

function fill(sum: tf.Tensor4D, weight: tf.Tensor4D): tf.Tensor4D {
  const [, height, width] = sum.shape;
  const own = sum.div<tf.Tensor4D>(weight.maximum(1e-6));
  if (height === 1 && width === 1) return own;
  const coarse = fill(halve(sum), halve(weight)).resizeBilinear([height, width], false, true);
  const trust = weight.div(enough).minimum(1);
  return coarse.add<tf.Tensor4D>(own.sub(coarse).mul(trust));
}

const halve = (image: tf.Tensor4D) => tf.avgPool(image, 2, 2, "same");

function smooth(image: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const channels = image.shape[3];
  const reach = Math.ceil(3 * sigma);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-((i - reach) ** 2) / (2 * sigma ** 2)));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const row = tf.tensor(weights.map((weight) => weight / sum));
  const kernelOf = (height: number, width: number) =>
    row.reshape([height, width, 1, 1]).tile([1, 1, channels, 1]) as tf.Tensor4D;
  // Zeros beyond the border: they count as unknown, for the weights are smoothed in the same way.
  const down = tf.depthwiseConv2d(image, kernelOf(row.size, 1), 1, "same");
  return tf.depthwiseConv2d(down, kernelOf(1, row.size), 1, "same");
}
