import { join } from "node:path";
import { dataFolder, paddings, type RandomStream, requireWithin, tf } from "../runtime";
import { readImage } from "./image";

/**
 * A mask of known pixels, each kept with the chance `keep`, in [0, 1].
 * @returns [1, height, width, 1] of ones (known) and zeros. @throws RangeError when keep is out of range.
 */
export function drawPixelMask(height: number, width: number, keep: number, random: RandomStream): tf.Tensor4D {
  requireWithin({ keep }, "[0, 1]");
  return tf.tidy(() => random.uniform([1, height, width, 1], 0, 1).less(keep).toFloat() as tf.Tensor4D);
}

/**
 * A mask whose unknown pixels are one rectangle in the middle, a share of each side, in (0, 1).
 * @returns [1, height, width, 1] of ones (known) and zeros. @throws RangeError when the share is out of range.
 */
export function drawHoleMask(height: number, width: number, share: number): tf.Tensor4D {
  requireWithin({ share }, "(0, 1)");
  const [tall, wide] = [height, width].map((side) => Math.round(side * share)) as [number, number];
  const [top, left] = [(height - tall) >> 1, (width - wide) >> 1];
  const around = paddings([top, height - top - tall], [left, width - left - wide]);
  return tf.tidy(() => tf.sub(1, tf.pad(tf.ones<tf.Rank.R4>([1, tall, wide, 1]), around)));
}

/**
 * Reads a mask from an image: light pixels are known, dark ones are to be filled in.
 * @param size brings it to size x size pixels first, as `readImage` does; a pixel is known when it is more light than dark.
 * @returns [1, height, width, 1] of ones and zeros. @throws Error naming a file that is no image or knows all or none.
 */
export async function readMask(file: string, { size }: { size?: number } = {}): Promise<tf.Tensor4D> {
  const grey = await readImage(file, { channels: 1, ...(size === undefined ? {} : { size }) });
  const known = (grey.dataSync() as Float32Array).map((value) => (value > 0.5 ? 1 : 0));
  grey.dispose();
  requireGaps(known, file);
  return tf.tensor4d(known, grey.shape);
}

/** @throws Error naming the mask that knows all pixels or none. */
export function requireGaps(known: Float32Array, file: string): void {
  if (!known.includes(1))
    throw new Error(`the mask ${file} knows no pixel: light pixels are known, dark ones filled in`);
  if (!known.includes(0)) throw new Error(`the mask ${file} leaves nothing to fill in: dark pixels are filled in`);
}

/** The embedded mask of lettering over the whole image, as `readMask` gives it. */
export function readTextMask(size: number): Promise<tf.Tensor4D> {
  return readMask(join(dataFolder(), "masks", "text.png"), { size });
}
