import { type RandomStream, tf } from "../runtime";
import { addWeightAndBias, type Parameters, parameter } from "./parameters";

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
  padding?: "zero" | "reflection";
}

/**
 * Convolution with bias, PyTorch's padding convention: (kernel - 1)/2 on every side, whatever the stride.
 * @param x [batch, height, width, in].
 */
export function convolve(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { stride = 1, padding = "zero" }: ConvolutionOptions = {},
): tf.Tensor4D {
  const weight = parameter(parameters, `${name}.weight`) as unknown as tf.Tensor4D;
  const bias = parameter(parameters, `${name}.bias`);
  const margin = (weight.shape[0] - 1) / 2;
  return tf.tidy(() => {
    if (margin === 0) return tf.conv2d(x, weight, stride, "valid").add(bias);
    if (padding === "zero" && stride === 1) return tf.conv2d(x, weight, 1, "same").add(bias);
    const sides: [number, number][] = [
      [0, 0],
      [margin, margin],
      [margin, margin],
      [0, 0],
    ];
    const padded = padding === "zero" ? tf.pad(x, sides) : tf.mirrorPad(x, sides, "reflect");
    return tf.conv2d(padded as tf.Tensor4D, weight, stride, "valid").add(bias);
  });
}
