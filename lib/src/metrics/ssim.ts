import { tf } from "../runtime";
import { requireSameShape } from "./psnr";

const radius = 5;
const deviation = 1.5;

function gaussianWindow(): number[] {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, i) =>
    Math.exp(-((i - radius) ** 2) / (2 * deviation ** 2)),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * Structural similarity (Wang et al. 2004, eq. 13) with their 11x11 Gaussian window of deviation 1.5, data range 1,
 * a mean over the pixels whose whole window lies inside the image and over the channels; images clipped to [0, 1].
 * Equals scikit-image's `structural_similarity(gaussian_weights=True, use_sample_covariance=False)`.
 * @param image [batch, height, width, channels], sides of at least 11.
 * @returns between -1 and 1; 1 for equal images.
 * @throws RangeError when the shapes differ or a side is too short.
 */
export function ssim(image: tf.Tensor4D, reference: tf.Tensor4D): number {
  requireSameShape(image, reference);
  const [, height, width, channels] = image.shape;
  if (Math.min(height, width) < 2 * radius + 1) {
    throw new RangeError(`SSIM needs sides of at least ${2 * radius + 1}, got ${width}x${height}`);
  }
  return tf.tidy(() => {
    const weights = gaussianWindow();
    const down = tf.tensor4d(weights, [weights.length, 1, 1, 1]).tile([1, 1, channels, 1]) as tf.Tensor4D;
    const across = tf.tensor4d(weights, [1, weights.length, 1, 1]).tile([1, 1, channels, 1]) as tf.Tensor4D;
    const blur = (x: tf.Tensor4D): tf.Tensor4D =>
      tf.depthwiseConv2d(tf.depthwiseConv2d(x, down, 1, "valid"), across, 1, "valid");
    // Around 1/2 the second moments lose fewer digits in float32.
    const x = image.clipByValue(0, 1).sub<tf.Tensor4D>(0.5);
    const y = reference.clipByValue(0, 1).sub<tf.Tensor4D>(0.5);
    const [meanX, meanY] = [blur(x), blur(y)];
    const varianceX = blur(x.square()).sub(meanX.square());
    const varianceY = blur(y.square()).sub(meanY.square());
    const covariance = blur(x.mul(y)).sub(meanX.mul(meanY));
    const [c1, c2] = [0.01 ** 2, 0.03 ** 2];
    const [muX, muY] = [meanX.add(0.5), meanY.add(0.5)];
    const luminance = muX.mul(muY).mul(2).add(c1).div(muX.square().add(muY.square()).add(c1));
    const structure = covariance.mul(2).add(c2).div(varianceX.add(varianceY).add(c2));
    return luminance.mul(structure).mean().dataSync()[0] as number;
  });
}
