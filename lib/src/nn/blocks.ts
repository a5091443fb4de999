import { runNative, type tf } from "../runtime";
import { withGradient } from "./withGradient";

const attributes = { type: { T: "float32" }, int: { block_size: 2 }, string: { data_format: "NHWC" } } as const;

/** An op of TensorFlow's that moves values, to which tfjs gives no gradient: the op that moves them back. */
const mover =
  (op: string, back: string) =>
  (x: tf.Tensor): tf.Tensor4D =>
    withGradient([x], () => ({
      value: runNative(op, attributes, [x], 1)[0] as tf.Tensor,
      gradient: (dy) => runNative(back, attributes, [dy], 1),
    }));

/**
 * Channels to blocks of 2x2 pixels (sub-pixel shuffle, Shi et al. 2016): channel (2 i + j) c of the result's channels c goes
 * to row i and column j of its block.
 * @param x [batch, height, width, 4 channels]. @returns [batch, 2 height, 2 width, channels].
 */
export const spreadBlocks: (x: tf.Tensor) => tf.Tensor4D = mover("DepthToSpace", "SpaceToDepth");

/** Blocks of 2x2 pixels to channels, the inverse of `spreadBlocks`. @param x with even sides. */
export const stackBlocks: (x: tf.Tensor) => tf.Tensor4D = mover("SpaceToDepth", "DepthToSpace");
