import { Matrix, pseudoInverse, SVD } from "ml-matrix";
import { tf } from "../runtime";
import { applySeparably, kernelRows } from "./downsampling";

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

/** Singular values below this share of the greatest count as 0, as DDRM has it for its blurs (Kawar et al. 2022). */
const leastSingular = 0.03;

/** The matrix of a Gaussian blur along one side, cut off at four deviations; pixels past an edge are the edge's. */
function blurRows(side: number, deviation: number): number[][] {
  const reach = Math.ceil(4 * deviation);
  const weights = Array.from({ length: 2 * reach + 1 }, (_, i) => Math.exp(-0.5 * ((i - reach) / deviation) ** 2));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return Array.from({ length: side }, (_, row) => {
    const values = new Array<number>(side).fill(0);
    weights.forEach((weight, i) => {
      const column = Math.min(side - 1, Math.max(0, row + i - reach));
      values[column] = (values[column] as number) + weight / total;
    });
    return values;
  });
}

/**
 * A Gaussian blur: deblurring. y = B_h x B_w^T with the small singular values of each B set to 0, so that A^+ stays within 1 / 0.03 of
 * y along each side.
 * @param size height and width of the image. @param deviation of the Gaussian, pixels.
 * @throws RangeError when the deviation is not above 0.
 */
export function createBlur([height, width]: readonly [number, number], deviation: number): LinearOperator {
  if (!(deviation > 0 && Number.isFinite(deviation))) {
    throw new RangeError(`deviation: got ${deviation}, want a finite number of pixels above 0`);
  }
  const [rows, columns] = [height, width].map((side) => {
    const svd = new SVD(new Matrix(blurRows(side, deviation)));
    const { leftSingularVectors: left, rightSingularVectors: right, diagonal } = svd;
    const least = leastSingular * Math.max(...diagonal);
    const between = (one: Matrix, other: Matrix, weigh: (value: number) => number) => {
      const weights = diagonal.map((value) => (value < least ? 0 : weigh(value)));
      return one.clone().mulRowVector(weights).mmul(other.transpose()).to2DArray();
    };
    return { there: between(left, right, (value) => value), back: between(right, left, (value) => 1 / value) };
  }) as [Record<"there" | "back", number[][]>, Record<"there" | "back", number[][]>];
  return {
    measure: (image) => applySeparably(image, rows.there, columns.there),
    backProject: (measured) => applySeparably(measured, rows.back, columns.back),
    dispose: () => {},
  };
}

/**
 * `downsample` as an operator: super-resolution. With y = D_h x D_w^T, A^+ y = D_h^+ y D_w^+T.
 * @param size height and width of the large image, divisible by the factor.
 * @throws RangeError when they are not.
 */
export function createDownsampling([height, width]: readonly [number, number], factor: number): LinearOperator {
  const [rows, columns] = [height, width].map((side) => kernelRows(side, factor)) as [number[][], number[][]];
  const invert = (matrix: number[][]) => pseudoInverse(new Matrix(matrix)).to2DArray();
  const [rowsBack, columnsBack] = [invert(rows), invert(columns)];
  return {
    measure: (image) => applySeparably(image, rows, columns),
    backProject: (measured) => applySeparably(measured, rowsBack, columnsBack),
    dispose: () => {},
  };
}
