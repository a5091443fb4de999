import { nativeTypes, runNative, tf } from "../runtime";

const attributes = [
  { name: "T", kind: "type", value: nativeTypes.float32 },
  { name: "block_size", kind: "int", value: 2 },
  { name: "data_format", kind: "string", value: "NHWC" },
] as const;

const native = (op: "DepthToSpace" | "SpaceToDepth", x: tf.Tensor): tf.Tensor =>
  runNative(op, [...attributes], [x], 1)[0] as tf.Tensor;

/**
 * Channels to blocks of 2x2 pixels (sub-pixel shuffle, Shi et al. 2016): channel (2 i + j) c of the result's channels c goes
 * to row i and column j of its block. TensorFlow's DepthToSpace, to which tfjs gives no gradient.
 * @param x [batch, height, width, 4 channels]. @returns [batch, 2 height, 2 width, channels].
 */
export function spreadBlocks(x: tf.Tensor): tf.Tensor4D {
  const spread = tf.customGrad((input) => ({
    value: native("DepthToSpace", input as tf.Tensor),
    gradFunc: (dy) => native("SpaceToDepth", dy as tf.Tensor),
  }));
  return spread(x) as tf.Tensor4D;
}

/** Blocks of 2x2 pixels to channels, the inverse of `spreadBlocks`. @param x with even sides. */
export function stackBlocks(x: tf.Tensor): tf.Tensor4D {
  const stack = tf.customGrad((input) => ({
    value: native("SpaceToDepth", input as tf.Tensor),
    gradFunc: (dy) => native("DepthToSpace", dy as tf.Tensor),
  }));
  return stack(x) as tf.Tensor4D;
}
