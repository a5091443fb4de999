import { tf } from "../runtime";
import { forEachBlock, squaredDistances } from "./distances";

type Neighbour = { index: number; distance: number };

/**
 * The nearest of the candidates to each image, typically of the training images to each generated one: a model that
 * has learned them by heart has distances near 0.
 * @param images [batch, height, width, channels].
 * @param candidates images of the same sides in any number of batches; the caller keeps them, and may dispose of one when
 * the next is asked for.
 * @returns of each image the neighbour's place among all candidates, among equally near ones the first, and the root mean square
 *   difference of the values, in image units; 0 for a copy.
 * @throws RangeError when there is no candidate or the sides differ.
 */
export function nearestNeighbours(images: tf.Tensor4D, candidates: Iterable<tf.Tensor4D>): Neighbour[] {
  const [count, ...sides] = images.shape;
  const best = Array.from({ length: count }, (): Neighbour => ({ index: -1, distance: Number.POSITIVE_INFINITY }));
  let seen = 0;
  for (const batch of candidates) {
    const [length, ...others] = batch.shape;
    if (sides.join() !== others.join()) {
      throw new RangeError(`neighbours: images of [${sides}] have none among candidates of [${others}]`);
    }
    if (length === 0) continue;
    tf.tidy(() => {
      const rows = batch.reshape<tf.Tensor2D>([length, -1]);
      forEachBlock(images.reshape([count, -1]), length, (block, start) => {
        const nearest = tf.argMin<tf.Tensor1D>(squaredDistances(block, rows), 1);
        // Once more by the differences: a copy is at a distance of 0, which the squares' own rounding would hide.
        const distances = tf.squaredDifference(block, tf.gather(rows, nearest)).mean(1).sqrt().dataSync();
        nearest.dataSync().forEach((place, row) => {
          const distance = distances[row] as number;
          if (distance < (best[start + row] as Neighbour).distance) {
            best[start + row] = { index: seen + place, distance };
          }
        });
      });
    });
    seen += length;
  }
  if (seen === 0) throw new RangeError("neighbours: there is no candidate");
  return best;
}
