import { runNative, tf, usesKernels } from "../runtime";
import { applyKernel } from "./applyKernel";
import { withGradient } from "./withGradient";

const attributes = { type: { T: "float32", Tpaddings: "int32" }, string: { mode: "REFLECT" } } as const;

/**
 * Pads height and width by mirroring at the edge pixels, PyTorch's `nn.ReflectionPad2d`.
 * tfjs's `mirrorPad` is not used: its gradient leaves out what falls on the margin.
 * @param x [batch, height, width, channels], sides larger than `margin`.
 * @throws RangeError when a side is not: the image is too small for the network's depth.
 */
export function reflectionPad(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  requireMargin(x, margin);
  return tf.tidy(() => (usesKernels() ? mirrorMargins(x, margin) : composeReflectionPad(x, margin)));
}

/** Reflection padding by its kernel (`lib/src/native/reflectionPad.c`). */
export function mirrorMargins(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  return applyKernel("DdpmDipReflectionPad", [x], { attributes: { int: { margin } } });
}

/** Reflection padding by TensorFlow's ops, on a GPU and as the reference of the kernel. */
export function composeReflectionPad(x: tf.Tensor4D, margin: number): tf.Tensor4D {
  const sides = () => tf.tensor2d([0, 0, margin, margin, margin, margin, 0, 0], [4, 2], "int32");
  return withGradient([x], () => ({
    value: runNative("MirrorPad", attributes, [x, sides()], 1)[0] as tf.Tensor,
    gradient: (dy) => runNative("MirrorPadGrad", attributes, [dy, sides()], 1),
  }));
}

/** @throws RangeError when a side of an image is not larger than the margin that is to mirror it. */
export function requireMargin({ shape: [, height, width] }: tf.Tensor4D, margin: number): void {
  const least = Math.min(height, width);
  if (margin > 0 && least <= margin) {
    throw new RangeError(
      `reflection: got a side of ${least} pixels, want more than the margin of ${margin}; ` +
        "the image is too small for the depth of the network",
    );
  }
}
