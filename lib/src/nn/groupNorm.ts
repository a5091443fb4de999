import { tf, usesKernels } from "../runtime";
import { applyKernel } from "./applyKernel";
import { composeGroupNorm, type GroupNormSettings } from "./composeGroupNorm";
import { type Parameters, parameter } from "./parameters";

export interface GroupNormOptions {
  groups?: number;
  /** Applied to the result, in the same pass. */
  activation?: "silu";
  /** Added to x beforehand, in the same pass: [batch, channels]. */
  shift?: tf.Tensor2D;
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
  const attributes = { int: { groups }, float: { epsilon }, bool: { silu } };
  return applyKernel("DdpmDipGroupNorm", [x, weight, bias, shift], { attributes, statistics: 2 });
}
