import { tf } from "../runtime";

export interface Rectangle {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Cuts a rectangle out of images. @throws RangeError when it is not whole pixels inside them. */
export function cropImage(image: tf.Tensor4D, { left, top, width, height }: Rectangle): tf.Tensor4D {
  const [batch, rows, columns, channels] = image.shape;
  const whole = [left, top, width, height].every(Number.isInteger);
  if (!whole || left < 0 || top < 0 || width < 1 || height < 1 || left + width > columns || top + height > rows) {
    throw new RangeError(
      `crop: got ${width}x${height} at (${left}, ${top}), want whole pixels inside the image of ${columns}x${rows}`,
    );
  }
  return tf.slice(image, [0, top, left, 0], [batch, height, width, channels]);
}

/** Cuts the centre out. @throws RangeError when the image is smaller than that. */
export function cropCentre(image: tf.Tensor4D, width: number, height = width): tf.Tensor4D {
  const [, rows, columns] = image.shape;
  return cropImage(image, {
    left: Math.floor((columns - width) / 2),
    top: Math.floor((rows - height) / 2),
    width,
    height,
  });
}
