import { type RandomStream, tf } from "../runtime";
import { addWeightAndBias, type Parameters, parameter } from "./parameters";

/**
 * Sinusoidal embedding of a time step (Vaswani et al. 2017; Ho et al. 2020): cosines then sines at frequencies
 * that fall geometrically from 1 to 1/10000.
 * @param steps [batch] of time steps.
 * @returns [batch, size]; `size` even.
 */
export function embedSteps(steps: tf.Tensor1D, size: number): tf.Tensor2D {
  if (size % 2 !== 0) throw new RangeError(`embedding size: got ${size}, want an even number`);
  const half = size / 2;
  const frequencies = Array.from({ length: half }, (_, i) => Math.exp((-Math.log(10000) * i) / half));
  return tf.tidy(() => {
    const angles = steps.expandDims(1).mul(tf.tensor2d(frequencies, [1, half]));
    return tf.concat([angles.cos(), angles.sin()], 1) as tf.Tensor2D;
  });
}

/** Adds the weight [in, out] and the bias [out] of a linear layer. */
export function addLinear(
  parameters: Parameters,
  name: string,
  { inputs, outputs, random }: { inputs: number; outputs: number; random: RandomStream },
): void {
  addWeightAndBias(parameters, name, [inputs, outputs], random);
}

/**
 * Linear layer. The bias is added by a broadcast: the gradient of TensorFlow's BiasAdd after a matrix product is fused by oneDNN
 * into an op whose sums differ from run to run in the last bit.
 * @param x [batch, in]. @returns [batch, out].
 */
export function applyLinear(parameters: Parameters, name: string, x: tf.Tensor2D): tf.Tensor2D {
  return tf.tidy(() => {
    const product = x.matMul(parameter(parameters, `${name}.weight`) as unknown as tf.Tensor2D);
    return product.add<tf.Tensor2D>(parameter(parameters, `${name}.bias`));
  });
}
