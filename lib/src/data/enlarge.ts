import { requireCounts, runNative, tf } from "../runtime";

/**
 * Brings an image to another size by bicubic interpolation (Keys 1981, a = -1/2) between the centres of pixels: the usual
 * baseline of super-resolution. sharp is not used here: enlarging, it ignores the kernel and shifts the image by a part of a
 * pixel, which costs 2 dB. Does not smooth, so it is not for making images smaller.
 * @param image [batch, height, width, channels].
 * @returns [batch, height', width', channels], owned by the caller; not clipped.
 * @throws RangeError when a side is not a whole number above 0.
 */
export function enlargeBicubic(image: tf.Tensor4D, height: number, width: number): tf.Tensor4D {
  requireCounts({ height, width });
  const attributes = { type: { T: "float32" }, bool: { align_corners: false, half_pixel_centers: true } } as const;
  if (image.shape[1] === height && image.shape[2] === width) return image.clone();
  return tf.tidy(() => {
    const size = tf.tensor1d([height, width], "int32");
    return runNative("ResizeBicubic", attributes, [image, size], 1)[0] as tf.Tensor4D;
  });
}
