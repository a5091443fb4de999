import { Matrix, pseudoInverse, SVD } from "ml-matrix";
import { requirePositive, tf } from "../runtime";

/** A linear measurement of images and its pseudo-inverse A^+; both may stand in a recorded step. */
export interface LinearOperator {
  /** A x. */
  measure(image: tf.Tensor4D): tf.Tensor4D;
  /** A^+ y: of all images that measure as y does, the smallest. */
  backProject(measured: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
  /** Whether what is measured are values of a spectrum, each of the whole image, and none of a pixel. */
  readonly inSpectrum?: boolean;
  /** Whether A^+ is the transpose of A, so that what it makes of white noise is white. */
  readonly orthonormal?: boolean;
}

/** Leaves an image as it is: denoising. */
export function createIdentity(): LinearOperator {
  const keep = (image: tf.Tensor4D) => image.clone();
  return { measure: keep, backProject: keep, dispose: () => {}, orthonormal: true };
}

/**
 * Keeps the known pixels and sets the others to 0: inpainting. Its pseudo-inverse is itself.
 * @param mask [1, height, width, 1 or channels] of ones and zeros; copied.
 */
export function createMasking(mask: tf.Tensor4D): LinearOperator {
  const held = tf.variable(mask, false) as tf.Tensor4D;
  const keep = (image: tf.Tensor4D) => image.mul<tf.Tensor4D>(held);
  return { measure: keep, backProject: keep, dispose: () => held.dispose(), orthonormal: true };
}

/**
 * y = R x C^T in each channel.
 * @param image [batch, height, width, channels]. @param rows [height', height]. @param columns [width', width].
 */
function applySeparably(image: tf.Tensor4D, rows: number[][], columns: number[][]): tf.Tensor4D {
  const [batch, height, width, channels] = image.shape;
  const [tall, wide] = [rows.length, columns.length];
  return tf.tidy(() => {
    const repeat = (matrix: number[][], times: number) => tf.tensor3d([matrix]).tile([times, 1, 1]);
    const down = tf.matMul(repeat(rows, batch), image.reshape([batch, height, width * channels]));
    const across = tf.matMul(repeat(columns, batch * tall), down.reshape([batch * tall, width, channels]));
    return across.reshape([batch, tall, wide, channels]);
  });
}

type Pair = Record<"there" | "back", number[][]>;

function createSeparable(size: readonly [number, number], pairOf: (side: number) => Pair): LinearOperator {
  const [rows, columns] = size.map(pairOf) as [Pair, Pair];
  return {
    measure: (image) => applySeparably(image, rows.there, columns.there),
    backProject: (measured) => applySeparably(measured, rows.back, columns.back),
    dispose: () => {},
  };
}

/**
 * The matrix of a filter along one side, [side / step, side]: in each row the weights, over their sum, in the middle of its
 * step of pixels; pixels past an edge are the edge's.
 */
function filterRows(side: number, weights: readonly number[], step: number): number[][] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: side / step }, (_, row) => {
    const values = new Array<number>(side).fill(0);
    const first = row * step - (weights.length - step) / 2;
    weights.forEach((weight, i) => {
      const column = Math.min(side - 1, Math.max(0, first + i));
      values[column] = (values[column] as number) + weight / total;
    });
    return values;
  });
}

/** Singular values below this share of the greatest count as 0, as DDRM has it for its blurs (Kawar et al. 2022). */
const leastSingular = 0.03;

/**
 * A Gaussian blur, cut off at four deviations: deblurring. y = B_h x B_w^T with the small singular values of each B set to 0, so
 * that A^+ stays within 1 / 0.03 of y along each side.
 * @param size height and width of the image. @param deviation of the Gaussian, pixels.
 * @throws RangeError when the deviation is not above 0.
 */
export function createBlur(size: readonly [number, number], deviation: number): LinearOperator {
  requirePositive({ deviation });
  const reach = Math.ceil(4 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / deviation) ** 2));
  return createSeparable(size, (side) => {
    const svd = new SVD(new Matrix(filterRows(side, weights, 1)));
    const { leftSingularVectors: left, rightSingularVectors: right, diagonal } = svd;
    const least = leastSingular * Math.max(...diagonal);
    const between = (one: Matrix, other: Matrix, weigh: (value: number) => number) => {
      const kept = diagonal.map((value) => (value < least ? 0 : weigh(value)));
      return one.clone().mulRowVector(kept).mmul(other.transpose()).to2DArray();
    };
    return { there: between(left, right, (value) => value), back: between(right, left, (value) => 1 / value) };
  });
}

/** Lanczos's window with two lobes over a large pixel and its neighbours, as the Deep Image Prior uses it. */
function lanczosWeights(factor: number): number[] {
  const sinc = (t: number) => (t === 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t));
  return Array.from({ length: 4 * factor }, (_, i) => {
    const distance = (i + 0.5) / factor - 2;
    return sinc(distance) * sinc(distance / 2);
  });
}

/**
 * Makes an image smaller by a whole factor, by Lanczos-2 over each block of factor x factor pixels (Ulyanov et al. 2018):
 * super-resolution. With y = D_h x D_w^T, A^+ y = D_h^+ y D_w^+T.
 * @param size height and width of the large image. @throws RangeError when the factor is no whole number that divides them.
 */
export function createDownsampling(size: readonly [number, number], factor: number): LinearOperator {
  return createSeparable(size, (side) => {
    if (!Number.isInteger(factor) || factor < 1 || side % factor !== 0) {
      throw new RangeError(`factor: got ${factor}, want a whole number that divides ${side}`);
    }
    const there = filterRows(side, lanczosWeights(factor), factor);
    return { there, back: pseudoInverse(new Matrix(there)).to2DArray() };
  });
}
