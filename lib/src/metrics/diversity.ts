import { tf } from "../runtime";
import { forEachBlock, squaredDistances } from "./distances";

/**
 * How much images differ from one another: the root mean square difference of the values of two images, a mean over all
 * pairs of different places in the set.
 * @param images [batch, height, width, channels].
 * @returns image units; 0 when all images are the same.
 * @throws RangeError for fewer than two images.
 */
export function meanPairwiseDistance(images: tf.Tensor4D): number {
  const count = images.shape[0];
  if (count < 2) throw new RangeError(`pairs: got ${count} images, want at least 2`);
  let sum = 0;
  tf.tidy(() => {
    const rows = images.reshape([count, -1]) as tf.Tensor2D;
    forEachBlock(rows, count, (block, start) => {
      // What rounding makes of the distance of an image from itself is left out.
      const others = tf.sub(1, tf.oneHot(tf.range(start, start + block.shape[0], 1, "int32"), count));
      const sums = tf.sqrt(squaredDistances(block, rows)).mul(others).sum(1);
      for (const one of sums.dataSync()) sum += one;
    });
  });
  return sum / (count * (count - 1) * Math.sqrt(images.size / count));
}
