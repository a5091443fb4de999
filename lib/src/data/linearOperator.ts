import { Matrix, pseudoInverse } from "ml-matrix";
import { tf } from "../runtime";
import { applySeparably, type Downsampling, kernelRows } from "./downsampling";

/** A linear measurement of images and its pseudo-inverse A^+; both may stand in a recorded step. */
export interface LinearOperator {
  /** A x. */
  measure(image: tf.Tensor4D): tf.Tensor4D;
  /** A^+ y: of all images that measure as y does, the smallest. */
  backProject(measured: tf.Tensor4D): tf.Tensor4D;
  dispose(): void;
  /** Whether what is measured are values of a spectrum, each of the whole image, and none of a pixel. */
  readonly inSpectrum?: boolean;
}

/** Leaves an image as it is: denoising. */
export function createIdentity(): LinearOperator {
  return { measure: (image) => image.clone(), backProject: (measured) => measured.clone(), dispose: () => {} };
}

/**
 * Keeps the known pixels and sets the others to 0: inpainting. Its pseudo-inverse is itself.
 * @param mask [1, height, width, 1 or channels] of ones and zeros; copied.
 */
export function createMasking(mask: tf.Tensor4D): LinearOperator {
  const held = tf.variable(mask, false) as tf.Tensor4D;
  const keep = (image: tf.Tensor4D) => image.mul<tf.Tensor4D>(held);
  return { measure: keep, backProject: keep, dispose: () => held.dispose() };
}

/**
 * `downsample` as an operator: super-resolution. With y = D_h x D_w^T, A^+ y = D_h^+ y D_w^+T.
 * @param size height and width of the large image, divisible by the factor.
 * @throws RangeError when they are not.
 */
export function createDownsampling([height, width]: readonly [number, number], options: Downsampling): LinearOperator {
  const [rows, columns] = [height, width].map((side) => kernelRows(side, options)) as [number[][], number[][]];
  const invert = (matrix: number[][]) => pseudoInverse(new Matrix(matrix)).to2DArray();
  const [rowsBack, columnsBack] = [invert(rows), invert(columns)];
  return {
    measure: (image) => applySeparably(image, rows, columns),
    backProject: (measured) => applySeparably(measured, rowsBack, columnsBack),
    dispose: () => {},
  };
}
