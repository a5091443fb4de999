import { type RandomStream, requireWithin, tf } from "../runtime";
import type { LinearOperator } from "./linearOperator";

/**
 * An orthonormal transform of an image of which some values are measured: the Walsh-Hadamard transform of the image with random
 * signs (Tropp 2011, "Improved analysis of the subsampled randomized Hadamard transform"), whose every value speaks of all pixels
 * alike; or Hartley's, the real form of Fourier's (Bracewell 1983).
 */
export const sampledTransforms = ["hadamard", "fourier"] as const;
export type SampledTransform = (typeof sampledTransforms)[number];

/** H[i][j] = (-1)^(bits that i and j share) / sqrt(side). */
function hadamardMatrix(side: number): Float32Array {
  if (side < 1 || (side & (side - 1)) !== 0) throw new RangeError(`side: got ${side}, want a power of two`);
  const scale = 1 / Math.sqrt(side);
  return Float32Array.from({ length: side * side }, (_, at) => {
    let shared = Math.floor(at / side) & (at % side);
    let sign = scale;
    for (; shared > 0; shared &= shared - 1) sign = -sign;
    return sign;
  });
}

/** H[i][j] = (cos + sin)(2 pi i j / side) / sqrt(side). */
function hartleyMatrix(side: number): Float32Array {
  const scale = 1 / Math.sqrt(side);
  return Float32Array.from({ length: side * side }, (_, at) => {
    const angle = (2 * Math.PI * ((Math.floor(at / side) * (at % side)) % side)) / side;
    return scale * (Math.cos(angle) + Math.sin(angle));
  });
}

/**
 * Measures some values of a transform along rows and columns, y = M T x, with zeros for the others. T is orthonormal, so that
 * A^+ = T^T M and what A^+ makes of white noise is white.
 * @param mask [1, height, width, 1], or one for each image of a batch; ones at the values that are measured; copied.
 * @param random draws the signs of the Hadamard transform.
 * @throws RangeError when a side of the Hadamard transform is no power of two.
 */
export function createSampledTransform(
  mask: tf.Tensor4D,
  kind: SampledTransform,
  random: RandomStream,
): LinearOperator {
  const [, height, width] = mask.shape;
  const matrix = kind === "hadamard" ? hadamardMatrix : hartleyMatrix;
  const held = tf.tidy(() => ({
    mask: tf.variable(mask, false),
    signs: tf.variable(
      kind === "hadamard" ? random.uniform([1, height, width, 1], -1, 1).sign() : tf.ones([1, height, width, 1]),
      false,
    ),
    rows: tf.variable(tf.tensor2d(matrix(height), [height, height]), false),
    columns: tf.variable(tf.tensor2d(matrix(width), [width, width]), false),
  }));
  // Both matrices are symmetric, so that the transform is its own inverse.
  const transform = (image: tf.Tensor4D) => {
    const [batch, , , channels] = image.shape;
    const down = held.rows.matMul(image.transpose([1, 0, 2, 3]).reshape([height, -1]));
    const turned = down.reshape([height, batch, width, channels]).transpose([2, 1, 0, 3]);
    const across = held.columns.matMul(turned.reshape([width, -1])).reshape([width, batch, height, channels]);
    return across.transpose<tf.Tensor4D>([1, 2, 0, 3]);
  };
  return {
    inSpectrum: true,
    orthonormal: true,
    measure: (image) => tf.tidy(() => transform(image.mul(held.signs)).mul<tf.Tensor4D>(held.mask)),
    backProject: (measured) => tf.tidy(() => transform(measured.mul(held.mask)).mul<tf.Tensor4D>(held.signs)),
    dispose: () => tf.dispose(Object.values(held)),
  };
}

/**
 * A mask of Hartley values, each with a chance that falls with its frequency f as 1 / (1 + (f / f0)^2), f0 a sixteenth of the side
 * (variable density, Lustig, Donoho and Pauly 2007). The values of frequencies that differ in their signs alone come together:
 * they are what Fourier's values there hold.
 * @param keep share of the values that is measured, in (0, 1).
 * @returns [1, height, width, 1] of ones and zeros.
 * @throws RangeError when keep is out of range.
 */
export function drawFrequencyMask(height: number, width: number, keep: number, random: RandomStream): tf.Tensor4D {
  requireWithin({ keep }, "(0, 1)");
  const fold = (at: number, side: number) => Math.min(at, side - at) / side;
  const density = Float64Array.from({ length: height * width }, (_, at) => {
    const frequency = 16 * Math.hypot(fold(Math.floor(at / width), height), fold(at % width, width));
    return 1 / (1 + frequency ** 2);
  });
  const shareAt = (scale: number) =>
    density.reduce((sum, value) => sum + Math.min(1, scale * value), 0) / density.length;
  let [low, high] = [0, 2 / (density.reduce((least, value) => Math.min(least, value)) || 1)];
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (shareAt(middle) < keep) low = middle;
    else high = middle;
  }
  const draw = random.numbers();
  const draws = Float64Array.from(density, draw);
  const mirrored = (row: number, column: number) =>
    Math.min(row, (height - row) % height) * width + Math.min(column, (width - column) % width);
  const values = Float32Array.from(density, (value, at) => {
    const own = draws[mirrored(Math.floor(at / width), at % width)] as number;
    return own < high * value ? 1 : 0;
  });
  return tf.tensor4d(values, [1, height, width, 1]);
}
