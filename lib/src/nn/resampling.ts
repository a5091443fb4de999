import { runNative, tf, usesKernels } from "../runtime";
import { applyKernel } from "./applyKernel";
import { withGradient } from "./withGradient";

/** How a network enlarges: PyTorch's `nn.Upsample(scale_factor=2)` with this mode (`align_corners=False`). */
export type UpsamplingMode = "nearest" | "bilinear";

const attributes = {
  type: { T: "float32" },
  bool: { align_corners: false, half_pixel_centers: true },
} as const;

/**
 * Doubles height and width. tfjs's resizing is not used: its gradient forgets that pixels have their centres at
 * halves.
 * @param x [batch, height, width, channels].
 */
export function upsampleTwice(x: tf.Tensor4D, mode: UpsamplingMode): tf.Tensor4D {
  return tf.tidy(() => (mode === "bilinear" && usesKernels() ? enlargeBilinear(x) : composeUpsampling(x, mode)));
}

/** Bilinear upsampling by its kernel (`lib/src/native/enlarge.c`). */
export function enlargeBilinear(x: tf.Tensor4D): tf.Tensor4D {
  return applyKernel("DdpmDipEnlarge", [x]);
}

/** Upsampling by TensorFlow's ops, on a GPU and as the reference of the kernel. */
export function composeUpsampling(x: tf.Tensor4D, mode: UpsamplingMode): tf.Tensor4D {
  const [, height, width] = x.shape;
  const op = mode === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear";
  return withGradient([x], (save) => {
    // The gradient takes the small size as numbers for one mode, and as an image of that size for the other.
    save([mode === "nearest" ? tf.tensor1d([height, width], "int32") : x]);
    const size = tf.tensor1d([height * 2, width * 2], "int32");
    return {
      value: runNative(op, attributes, [x, size], 1)[0] as tf.Tensor,
      gradient: (dy, saved) => runNative(`${op}Grad`, attributes, [dy, ...saved], 1),
    };
  });
}
