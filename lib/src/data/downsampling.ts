import { tf } from "../runtime";

/** The weights of the pixels under Lanczos's window with two lobes, as the Deep Image Prior uses it; they sum to 1. */
function kernelWeights(factor: number): number[] {
  const sinc = (t: number) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));
  const weights = Array.from({ length: 4 * factor }, (_, i) => {
    const distance = (i + 0.5) / factor - 2;
    return sinc(distance) * sinc(distance / 2);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/**
 * The matrix of a downsampling along one side, [side / factor, side]: each row is the kernel over its block; pixels past
 * an edge are the edge's.
 * @throws RangeError when the factor is no whole number above 0 or does not divide the side.
 */
export function kernelRows(side: number, factor: number): number[][] {
  if (!Number.isInteger(factor) || factor < 1 || side % factor !== 0) {
    throw new RangeError(`factor: got ${factor}, want a whole number that divides ${side}`);
  }
  const weights = kernelWeights(factor);
  return Array.from({ length: side / factor }, (_, row) => {
    const values = new Array<number>(side).fill(0);
    const first = row * factor - (weights.length - factor) / 2;
    weights.forEach((weight, i) => {
      const column = Math.min(side - 1, Math.max(0, first + i));
      values[column] = (values[column] as number) + weight;
    });
    return values;
  });
}

/**
 * y = R x C^T in each channel.
 * @param image [batch, height, width, channels]. @param rows [height', height]. @param columns [width', width].
 */
export function applySeparably(image: tf.Tensor4D, rows: number[][], columns: number[][]): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const [tall, wide] = [rows.length, columns.length];
  return tf.tidy(() => {
    const down = tf.matMul(
      tf.tensor2d(rows).expandDims(0).tile([batch, 1, 1]),
      image.reshape([batch, height, width * channels]),
    );
    const across = tf.matMul(
      tf
        .tensor2d(columns)
        .expandDims(0)
        .tile([batch * tall, 1, 1]),
      down.reshape([batch * tall, width, channels]),
    );
    return across.reshape([batch, tall, wide, channels]);
  });
}

/**
 * Makes an image smaller by a whole factor: y = D_h x D_w^T in each channel, with Lanczos-2 over each block of
 * factor x factor pixels (Ulyanov et al. 2018, super-resolution). Differentiable; may stand in a recorded step.
 * @param image [batch, height, width, channels], sides divisible by the factor.
 * @throws RangeError when the factor does not divide the sides.
 */
export function downsample(image: tf.Tensor4D, factor: number): tf.Tensor4D {
  const [, height, width] = image.shape;
  return applySeparably(image, kernelRows(height, factor), kernelRows(width, factor));
}
