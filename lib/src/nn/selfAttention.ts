import { type RandomStream, tf } from "../runtime";
import { addConvolution, convolve } from "./convolution";
import { groupNorm } from "./groupNorm";
import { addScaleAndShift, type Parameters } from "./parameters";

/** Adds the parameters of a self-attention block: a norm, and 1x1 convolutions query, key, value and output. */
export function addSelfAttention(
  parameters: Parameters,
  name: string,
  { channels, random }: { channels: number; random: RandomStream },
): void {
  addScaleAndShift(parameters, `${name}.norm`, channels);
  for (const part of ["query", "key", "value", "output"]) {
    addConvolution(parameters, `${name}.${part}`, { kernel: 1, inputs: channels, outputs: channels, random });
  }
}

/**
 * Self-attention over the pixels of an image, with the image added (Ho et al. 2020, appendix B):
 * x + output(softmax(q k^T / sqrt(d)) v), where q, k and v come from the group-normalised x and d is the size of a head.
 * @param x [batch, height, width, channels], channels divisible by `heads` and by `groups`.
 * @throws RangeError when they are not.
 */
export function selfAttention(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { heads = 1, groups = 8 } = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % heads !== 0) throw new RangeError(`${name}: ${channels} channels do not divide into ${heads} heads`);
  const size = channels / heads;
  return tf.tidy(() => {
    const normal = groupNorm(parameters, `${name}.norm`, x, { groups });
    const project = (part: string) =>
      convolve(parameters, `${name}.${part}`, normal)
        .reshape([batch, height * width, heads, size])
        .transpose([0, 2, 1, 3]);
    const weights = tf.softmax(tf.matMul(project("query"), project("key"), false, true).div(Math.sqrt(size)));
    const mixed = tf.matMul(weights, project("value")).transpose([0, 2, 1, 3]).reshape(x.shape) as tf.Tensor4D;
    return x.add(convolve(parameters, `${name}.output`, mixed));
  });
}
