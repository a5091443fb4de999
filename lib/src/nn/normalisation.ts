import { nativeTypes, runNative, tf } from "../runtime";
import { type Parameters, parameter } from "./parameters";

const batchNormAttributes = (epsilon: number) =>
  [
    { name: "T", kind: "type", value: nativeTypes.float32 },
    { name: "U", kind: "type", value: nativeTypes.float32 },
    { name: "epsilon", kind: "float", value: epsilon },
    { name: "data_format", kind: "string", value: "NHWC" },
    { name: "is_training", kind: "bool", value: true },
  ] as const;

/**
 * Batch normalisation with the statistics of this batch (Ioffe & Szegedy 2015), as DIP uses it: no running mean.
 * One fused TensorFlow op forward and one backward in place of about twenty each.
 * @param x [batch, height, width, channels].
 */
export function batchNorm(parameters: Parameters, name: string, x: tf.Tensor4D, epsilon = 1e-5): tf.Tensor4D {
  const attributes = batchNormAttributes(epsilon);
  const fused = tf.customGrad((input, scale, shift, save) => {
    const empty = tf.tensor1d([]);
    const [y, , , ...reserve] = runNative(
      "FusedBatchNormV3",
      [...attributes, { name: "exponential_avg_factor", kind: "float", value: 1 }],
      [input as tf.Tensor, scale as tf.Tensor, shift as tf.Tensor, empty, empty],
      6,
    );
    (save as tf.GradSaveFunc)([input as tf.Tensor, scale as tf.Tensor, ...reserve]);
    return {
      value: y as tf.Tensor,
      gradFunc: (dy, [savedInput, savedScale, ...savedReserve]) =>
        runNative(
          "FusedBatchNormGradV3",
          [...attributes],
          [dy as tf.Tensor, savedInput as tf.Tensor, savedScale as tf.Tensor, ...savedReserve],
          5,
        ).slice(0, 3),
    };
  });
  return tf.tidy(
    () => fused(x, parameter(parameters, `${name}.weight`), parameter(parameters, `${name}.bias`)) as tf.Tensor4D,
  );
}

/**
 * Group normalisation (Wu & He 2018): each group of channels of each image to mean zero and variance one,
 * then a learned scale and shift a channel.
 * @param x [batch, height, width, channels], channels divisible by `groups`.
 */
export function groupNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { groups = 8, epsilon = 1e-5 } = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0)
    throw new RangeError(`${name}: ${channels} channels do not divide into ${groups} groups`);
  return tf.tidy(() => {
    const grouped = x.reshape([batch, height * width, groups, channels / groups]);
    const { mean, variance } = tf.moments(grouped, [1, 3], true);
    const normalised = grouped.sub(mean).mul(variance.add(epsilon).rsqrt()).reshape(x.shape);
    return normalised
      .mul(parameter(parameters, `${name}.weight`))
      .add(parameter(parameters, `${name}.bias`)) as tf.Tensor4D;
  });
}
