import { paddings, tf } from "../runtime";

/** A frame around an image whose sides a network's strides divide. */
export interface Frame {
  /** Height and width with the frame. */
  size: [number, number];
  /** Puts the frame around an image, by mirroring it at its edges. */
  pad(image: tf.Tensor4D): tf.Tensor4D;
  /** Cuts the frame off, an equal share on both sides. */
  crop(image: tf.Tensor4D): tf.Tensor4D;
}

/**
 * The smallest frame around [height, width] whose sides are divisible by `multiple`.
 * @throws RangeError when `pad` would mirror more than there is.
 */
export function padTo([height, width]: readonly [number, number], multiple: number): Frame {
  const [tall, wide] = [height, width].map((side) => Math.ceil(side / multiple) * multiple) as [number, number];
  if (tall === height && wide === width) {
    return { size: [height, width], pad: (image) => image, crop: (image) => image };
  }
  const [top, left] = [Math.floor((tall - height) / 2), Math.floor((wide - width) / 2)];
  const margins = paddings([top, tall - height - top], [left, wide - width - left]);
  return {
    size: [tall, wide],
    pad: (image) => tf.mirrorPad(image, margins, "symmetric"),
    crop: (image) => tf.slice(image, [0, top, left, 0], [-1, height, width, -1]),
  };
}

/** @throws RangeError naming the network when its strides do not divide an image's sides, or the channels are not its own. */
export function requireImages(
  network: string,
  { shape: [, height, width, found] }: tf.Tensor4D,
  { multiple, channels }: { multiple: number; channels: number },
): void {
  if (height % multiple === 0 && width % multiple === 0 && found === channels) return;
  throw new RangeError(
    `${network}: got images of ${width}x${height} with ${found} channels, ` +
      `want sides divisible by ${multiple} and ${channels} channels`,
  );
}
