import { type RandomStream, tf } from "../runtime";
import { addBias } from "./addBias";
import { addWeightAndBias, type Parameters, parameter } from "./parameters";
import { reflectionPad } from "./reflectionPad";

/** Adds the weight [kernel, kernel, in, out] and the bias [out] of a convolution. */
export function addConvolution(
  parameters: Parameters,
  name: string,
  { kernel, inputs, outputs, random }: { kernel: number; inputs: number; outputs: number; random: RandomStream },
): void {
  addWeightAndBias(parameters, name, [kernel, kernel, inputs, outputs], random);
}

/** Options of a convolution; the defaults keep the size and pad with zeros. */
export interface ConvolutionOptions {
  stride?: 1 | 2;
  /** "none" for an input that has its margin already. */
  padding?: "zero" | "reflection" | "none";
  /** `false` leaves the bias out, though the parameter is there: before a batch norm, which takes it away again. */
  bias?: boolean;
}

/**
 * Convolution with bias, PyTorch's padding convention: (kernel - 1)/2 on every side, whatever the stride.
 * @param x [batch, height, width, in].
 */
export function convolve(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { stride = 1, padding = "zero", bias = true }: ConvolutionOptions = {},
): tf.Tensor4D {
  const weight = parameter(parameters, `${name}.weight`) as unknown as tf.Tensor4D;
  const margin = (weight.shape[0] - 1) / 2;
  return tf.tidy(() => {
    const same = padding === "zero" && stride === 1;
    const ready = margin === 0 || same || padding === "none";
    const padded = ready ? x : padding === "zero" ? zeroPad(x, margin) : reflectionPad(x, margin);
    const product = tf.conv2d(padded, weight, stride, same ? "same" : "valid");
    return bias ? addBias(product, parameter(parameters, `${name}.bias`)) : product;
  });
}

function zeroPad(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  return tf.pad(x, [
    [0, 0],
    [margin, margin],
    [margin, margin],
    [0, 0],
  ]);
}
