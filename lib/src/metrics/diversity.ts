import { tf } from "../runtime";
import { forEachBlock, squaredDistances } from "./distances";
import type { Features } from "./features";

/**
 * How much images differ from one another: the root mean square difference of the values of two images, a mean over all
 * pairs of different places in the set.
 * @param images [batch, height, width, channels].
 * @returns image units; 0 when all images are the same.
 * @throws RangeError for fewer than two images.
 */
export function meanPairwiseDistance(images: tf.Tensor4D): number {
  return tf.tidy(() => meanOverPairs(images.reshape([images.shape[0], -1])));
}

/** The same in features instead of pixels, in units of the features. @throws RangeError for fewer than two images. */
export function meanPairwiseFeatureDistance({ values, count, size }: Features): number {
  return tf.tidy(() => meanOverPairs(tf.tensor2d(values, [count, size])));
}

function meanOverPairs(rows: tf.Tensor2D): number {
  const [count, size] = rows.shape;
  if (count < 2) throw new RangeError(`pairs: got ${count} images, want at least 2`);
  let sum = 0;
  forEachBlock(rows, count, (block, start) => {
    // What rounding makes of the distance of an image from itself is left out.
    const others = tf.sub(1, tf.oneHot(tf.range(start, start + block.shape[0], 1, "int32"), count));
    const sums = tf.sqrt(squaredDistances(block, rows)).mul(others).sum(1);
    for (const one of sums.dataSync()) sum += one;
  });
  return sum / (count * (count - 1) * Math.sqrt(size));
}
