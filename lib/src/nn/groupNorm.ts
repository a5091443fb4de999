import { tf, usesKernels } from "../runtime";
import { silu } from "./activation";
import { applyKernel } from "./applyKernel";
import { type Parameters, parameter } from "./parameters";

export interface GroupNormOptions {
  groups?: number;
  /** Applied to the result, in the same pass. */
  activation?: "silu";
  /** Added to x beforehand, in the same pass: [batch, channels]. */
  shift?: tf.Tensor2D;
}

interface GroupNormSettings {
  groups: number;
  epsilon: number;
  silu: boolean;
}

/**
 * Group normalisation (Wu & He 2018): each group of channels of each image to mean zero and variance one,
 * then a learned scale and shift a channel; then SiLU where asked for. By a kernel of our own (`lib/src/native/groupNorm.c`),
 * for TensorFlow has no op for it.
 * @param x [batch, height, width, channels], channels divisible by `groups`.
 */
export function groupNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { groups = 8, activation, shift }: GroupNormOptions = {},
): tf.Tensor4D {
  const channels = x.shape[3];
  if (channels % groups !== 0)
    throw new RangeError(`${name}: ${channels} channels do not divide into ${groups} groups`);
  const [weight, bias] = [parameter(parameters, `${name}.weight`), parameter(parameters, `${name}.bias`)];
  const settings = { groups, epsilon: 1e-5, silu: activation === "silu" };
  return tf.tidy(() => {
    if (usesKernels()) return applyGroupNorm(x, weight, bias, shift ?? tf.tensor1d([]), settings);
    const shifted = shift ? x.add<tf.Tensor4D>(shift.expandDims(1).expandDims(1)) : x;
    return composeGroupNorm(shifted, weight, bias, settings);
  });
}

/** Group normalisation by its kernel. @param shift [batch, channels], or empty for none. */
export function applyGroupNorm(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  shift: tf.Tensor,
  { groups, epsilon, silu }: GroupNormSettings,
): tf.Tensor4D {
  const attributes = [
    { name: "groups", kind: "int", value: groups },
    { name: "epsilon", kind: "float", value: epsilon },
    { name: "silu", kind: "bool", value: silu },
  ] as const;
  return applyKernel("DdpmDipGroupNorm", [x, weight, bias, shift], { attributes, statistics: 2 });
}

/** Group normalisation of TensorFlow's ops, for a GPU and as the reference of the kernel. */
export function composeGroupNorm(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  { groups, epsilon, silu: isActive }: GroupNormSettings,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const grouped = x.reshape([batch, height * width, groups, channels / groups]);
  const { mean, variance } = tf.moments(grouped, [1, 3], true);
  const normal = grouped.sub(mean).mul(variance.add(epsilon).rsqrt()).reshape(x.shape);
  const scaled = normal.mul(weight).add<tf.Tensor4D>(bias);
  return isActive ? silu(scaled) : scaled;
}
