import { tf, usesKernels } from "../runtime";
import { addBias } from "./addBias";
import { applyKernel } from "./applyKernel";
import { spreadBlocks } from "./blocks";
import { type Parameters, parameter } from "./parameters";

/**
 * A 3x3 convolution of an image enlarged twice by nearest-neighbour upsampling, zero-padded, with bias: the same numbers
 * as `convolve(upsampleTwice(x, "nearest"))` for 4/9 of the multiplications. Of the nine pixels under the kernel only
 * four of the small image are different, so each of the four places that a pixel of the result can have in its block
 * has a 2x2 kernel of its own, made of sums of the weights (Shi et al. 2016, section 3, run backwards).
 * @param x [batch, height, width, in]. @returns [batch, 2 height, 2 width, out].
 */
export function convolveEnlarged(parameters: Parameters, name: string, x: tf.Tensor4D): tf.Tensor4D {
  const weight = parameter(parameters, `${name}.weight`);
  const [, , inputs, outputs] = weight.shape as [number, number, number, number];
  return tf.tidy(() => {
    // Rows: first place, upper and lower pixel; second place, upper and lower pixel.
    const sums = tf.tensor2d([1, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1], [4, 3]);
    const vertical = tf.matMul(sums, weight.reshape([3, 3 * inputs * outputs])) as tf.Tensor;
    const both = tf.matMul(sums.expandDims(0).tile([4, 1, 1]), vertical.reshape([4, 3, inputs * outputs])) as tf.Tensor;
    // [place, pixel, place, pixel, in, out] to [pixel, pixel, in, places * out].
    const kernel = both
      .reshape([2, 2, 2, 2, inputs, outputs])
      .transpose([1, 3, 4, 0, 2, 5])
      .reshape([2, 2, inputs, 4 * outputs]) as tf.Tensor4D;
    const padded = tf.pad(x, [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ]);
    const apply = usesKernels() ? interleave : composeInterleave;
    return apply(tf.conv2d(padded, kernel, 1, "valid"), parameter(parameters, `${name}.bias`));
  });
}

/**
 * Puts the four places of each block side by side, by a kernel of our own (`lib/src/native/interleave.c`): pixel
 * (2 h + i, 2 w + j) of the result is place 2 i + j of x at (h + i, w + j).
 * @param x [batch, height + 1, width + 1, 4 out]. @param bias [out], added. @returns [batch, 2 height, 2 width, out].
 */
export function interleave(x: tf.Tensor4D, bias: tf.Tensor): tf.Tensor4D {
  return applyKernel("DdpmDipInterleave", [x, bias]);
}

/** `interleave` of TensorFlow's ops, for a GPU and as the reference of the kernel. */
export function composeInterleave(x: tf.Tensor4D, bias: tf.Tensor): tf.Tensor4D {
  const [, tall, wide, channels] = x.shape;
  const places = tf
    .split(x, 4, 3)
    .map((place, i) => place.slice([0, i >> 1, i & 1, 0], [-1, tall - 1, wide - 1, channels / 4]));
  return addBias(spreadBlocks(tf.concat(places, 3)), bias);
}
