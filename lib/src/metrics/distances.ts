import { tf } from "../runtime";

/** How many distances are held at once: 64 MiB in float32. */
const heldDistances = 2 ** 24;

/**
 * Squared Euclidean distances of all rows of two matrices, |a|^2 + |b|^2 - 2ab. Both are first moved by the mean of `b`,
 * which leaves float32 more digits; distances far below those of the rows from that mean are still rounded, to about
 * 1e-6 of the latter's squares (1e-3 on a GPU that multiplies in TF32, NVIDIA's default, which NVIDIA_TF32_OVERRIDE=0
 * turns off).
 * @param a [rows, size]. @param b [columns, size].
 * @returns [rows, columns], at least 0.
 */
export function squaredDistances(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const centre = tf.mean(b, 0, true);
    const [x, y] = [tf.sub<tf.Tensor2D>(a, centre), tf.sub<tf.Tensor2D>(b, centre)];
    const squares = tf.sum(tf.square(x), 1, true).add(tf.sum(tf.square(y), 1));
    return tf.relu(squares.sub<tf.Tensor2D>(tf.matMul(x, y, false, true).mul(2)));
  });
}

/**
 * Takes the rows of a matrix block by block, so that the distances of a block from `columns` rows fit in memory.
 * @param work is given the block and the place of its first row; what it makes is freed.
 */
export function forEachBlock(
  rows: tf.Tensor2D,
  columns: number,
  work: (block: tf.Tensor2D, start: number) => void,
): void {
  const [count] = rows.shape;
  const step = Math.max(1, Math.floor(heldDistances / columns));
  for (let start = 0; start < count; start += step) {
    tf.tidy(() => work(tf.slice2d(rows, [start, 0], [Math.min(step, count - start), -1]), start));
  }
}
