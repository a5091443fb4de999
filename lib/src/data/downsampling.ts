import { tf } from "../runtime";

/** Kernel of a downsampling: the mean of a block, or Lanczos's window with two lobes, as the Deep Image Prior uses it. */
export type DownsamplingKernel = "box" | "lanczos2";

export const downsamplingKernels = ["box", "lanczos2"] as const satisfies readonly DownsamplingKernel[];

/** How an image was made smaller. */
export interface Downsampling {
  /** Whole number above 1. */
  factor: number;
  kernel: DownsamplingKernel;
}

/** The weights of the pixels under the kernel; they sum to 1. */
function kernelWeights({ factor, kernel }: Downsampling): number[] {
  if (kernel === "box") return Array(factor).fill(1 / factor);
  const sinc = (t: number) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));
  const weights = Array.from({ length: 4 * factor }, (_, i) => {
    const distance = (i + 0.5) / factor - 2;
    return sinc(distance) * sinc(distance / 2);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** [side / factor, side]: each row is the kernel over its block; pixels past an edge are the edge's. */
function kernelMatrix(side: number, { factor, kernel }: Downsampling): tf.Tensor2D {
  const weights = kernelWeights({ factor, kernel });
  const rows = side / factor;
  const matrix = new Float32Array(rows * side);
  for (let row = 0; row < rows; row++) {
    const first = row * factor - (weights.length - factor) / 2;
    weights.forEach((weight, i) => {
      const column = Math.min(side - 1, Math.max(0, first + i));
      matrix[row * side + column] = (matrix[row * side + column] as number) + weight;
    });
  }
  return tf.tensor2d(matrix, [rows, side]);
}

/**
 * Makes an image smaller by a whole factor: y = D_h x D_w^T in each channel, with the kernel over each block of
 * factor x factor pixels (Ulyanov et al. 2018, super-resolution). Differentiable; may stand in a recorded step.
 * @param image [batch, height, width, channels], sides divisible by the factor.
 * @throws RangeError when the factor does not divide the sides.
 */
export function downsample(image: tf.Tensor4D, { factor, kernel }: Downsampling): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  if (!Number.isInteger(factor) || factor < 1 || height % factor !== 0 || width % factor !== 0) {
    throw new RangeError(`factor: got ${factor}, want a whole number that divides ${width} and ${height}`);
  }
  const [low, narrow] = [height / factor, width / factor];
  return tf.tidy(() => {
    const rows = tf.matMul(
      kernelMatrix(height, { factor, kernel }).expandDims(0).tile([batch, 1, 1]),
      image.reshape([batch, height, width * channels]),
    );
    const columns = tf.matMul(
      kernelMatrix(width, { factor, kernel })
        .expandDims(0)
        .tile([batch * low, 1, 1]),
      rows.reshape([batch * low, width, channels]),
    );
    return columns.reshape([batch, low, narrow, channels]);
  });
}
