import { tf } from "../runtime";
import { type AdamOptions, adamRule } from "./adam";
import { createOptimizer, type Optimizer, rateAt, rememberFor } from "./optimizer";
import type { Parameters } from "./parameters";

/** Decay of a kernel's momentum. */
const momentum = 0.95;

/** Coefficients of the quintic iteration (Jordan et al. 2024), and how often it is applied. */
const [linear, cubic, quintic] = [3.4445, -4.775, 2.0315];
const iterations = 5;

/**
 * Muon (Jordan et al. 2024): the momentum of a kernel, as a matrix of all inputs by outputs, is made nearly orthogonal before it is
 * a step, so that every direction of the weights moves alike; scaled by 0.2 sqrt(max(rows, columns)) to the root mean square of
 * Adam's steps (Liu et al. 2025, section 2.2), so that one learning rate serves both. Inner kernels only: the first and last
 * convolution, linear layers and biases are moved by Adam, as its authors advise.
 * @throws RangeError when an option is out of range.
 */
export function createMuon(
  parameters: Parameters,
  { clipNorm, ...adamOptions }: Pick<AdamOptions, "learningRate" | "clipNorm"> = {},
): Optimizer {
  const isKernel = ([name, { rank }]: [string, tf.Variable]) => rank === 4 && !/^(input|output)\b/.test(name);
  const entries = Object.entries(parameters);
  const kernels: Parameters = Object.fromEntries(entries.filter(isKernel));
  const adam = adamRule(Object.fromEntries(entries.filter((entry) => !isKernel(entry))), adamOptions);
  const moments = rememberFor(kernels, "momentum");
  const prepare = (iteration: tf.Scalar) => {
    const rate = rateAt(adamOptions.learningRate ?? 1e-3, iteration);
    const updateByAdam = adam.prepare(iteration);
    return (name: string, parameter: tf.Variable, gradient: tf.Tensor) => {
      if (!Object.hasOwn(kernels, name)) return updateByAdam(name, parameter, gradient);
      const moment = moments[`${name}.momentum`] as tf.Variable;
      moment.assign(moment.add(gradient.sub(moment).mul(1 - momentum)));
      const ahead = gradient.add(moment.sub(gradient).mul(momentum));
      const outputs = parameter.shape[3] as number;
      const rows = parameter.size / outputs;
      const move = orthogonalise(ahead.reshape([rows, outputs])).mul(
        rate.mul(0.2 * Math.sqrt(Math.max(rows, outputs))),
      );
      parameter.assign(parameter.sub(move.reshape(parameter.shape)));
    };
  };
  const state = { ...adam.state, ...moments };
  return createOptimizer(parameters, { state, prepare }, clipNorm);
}

/**
 * A matrix with the same singular vectors and singular values near 1 (0.7 to 1.2), by five Newton-Schulz iterations; those
 * thousands of times smaller than the largest stay below.
 * @param matrix [rows, columns].
 */
export function orthogonalise(matrix: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const tall = matrix.shape[0] > matrix.shape[1];
    let x = matrix.div<tf.Tensor2D>(matrix.square().sum().sqrt().add(1e-7));
    if (tall) x = x.transpose();
    for (let i = 0; i < iterations; i++) {
      const square = tf.matMul(x, x, false, true);
      const mixed = square.mul(cubic).add<tf.Tensor2D>(tf.matMul(square, square).mul(quintic));
      x = x.mul(linear).add<tf.Tensor2D>(tf.matMul(mixed, x));
    }
    return tall ? x.transpose() : x;
  });
}
