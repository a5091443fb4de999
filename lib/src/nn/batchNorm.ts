import { runNative, tf, usesKernels } from "../runtime";
import { leakyRelu } from "./activation";
import { applyKernel } from "./applyKernel";
import { type Parameters, parameter } from "./parameters";
import { composeReflectionPad, requireMargin } from "./reflectionPad";
import { withGradient } from "./withGradient";

export interface BatchNormOptions {
  /** Slope of the LeakyReLU that follows, in the same pass; 1 for none. */
  slope?: number;
  /** Width of the frame of mirrored pixels that the next convolution wants, in the same pass. */
  margin?: number;
}

type BatchNormSettings = Required<BatchNormOptions> & { epsilon: number };

/**
 * Batch normalisation with the statistics of this batch (Ioffe & Szegedy 2015), as DIP uses it: no running mean. By a kernel
 * of our own (`lib/src/native/batchNorm.c`).
 * @param x [batch, height, width, channels].
 * @returns [batch, height + 2 margin, width + 2 margin, channels].
 * @throws RangeError when a side of x is not larger than the margin.
 */
export function batchNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { slope = 1, margin = 0 }: BatchNormOptions = {},
): tf.Tensor4D {
  requireMargin(x, margin);
  const [weight, bias] = [parameter(parameters, `${name}.weight`), parameter(parameters, `${name}.bias`)];
  const apply = usesKernels() ? applyBatchNorm : composeBatchNorm;
  return tf.tidy(() => apply(x, weight, bias, { epsilon: 1e-5, slope, margin }));
}

/** Batch normalisation by its kernel. */
export function applyBatchNorm(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  { epsilon, slope, margin }: BatchNormSettings,
): tf.Tensor4D {
  const attributes = { float: { epsilon, slope }, int: { margin } };
  return applyKernel("DdpmDipBatchNorm", [x, weight, bias], { attributes, statistics: 2 });
}

/**
 * Batch normalisation of TensorFlow's ops, for a GPU and as the reference of the kernel: one fused op forward and one backward,
 * then the activation and the frame.
 */
export function composeBatchNorm(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  { epsilon, slope, margin }: BatchNormSettings,
): tf.Tensor4D {
  const attributes = {
    type: { T: "float32", U: "float32" },
    float: { epsilon },
    string: { data_format: "NHWC" },
    bool: { is_training: true },
  } as const;
  const normal = withGradient([x, weight, bias], (save) => {
    const empty = tf.tensor1d([]);
    const [y, , , ...reserve] = runNative(
      "FusedBatchNormV3",
      { ...attributes, float: { epsilon, exponential_avg_factor: 1 } },
      [x, weight, bias, empty, empty],
      6,
    );
    save([x, weight, ...reserve]);
    const gradient = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runNative("FusedBatchNormGradV3", attributes, [dy, ...saved], 5).slice(0, 3);
    return { value: y as tf.Tensor, gradient };
  });
  const active = slope === 1 ? normal : leakyRelu(normal, slope);
  return margin === 0 ? active : composeReflectionPad(active, margin);
}
