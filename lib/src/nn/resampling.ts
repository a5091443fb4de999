import { tf } from "../runtime";

/** How a network enlarges: PyTorch's `nn.Upsample(scale_factor=2)` with this mode (`align_corners=False`). */
export type UpsamplingMode = "nearest" | "bilinear";

/** Doubles height and width. @param x [batch, height, width, channels]. */
export function upsampleTwice(x: tf.Tensor4D, mode: UpsamplingMode): tf.Tensor4D {
  const [, height, width] = x.shape;
  const size: [number, number] = [height * 2, width * 2];
  return mode === "nearest"
    ? tf.image.resizeNearestNeighbor(x, size, false, true)
    : tf.image.resizeBilinear(x, size, false, true);
}
