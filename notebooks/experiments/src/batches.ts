import { tf } from "ddpm-dip/runtime";
import { owning } from "./owning";

/** A set in slices of so many images; each is freed when the next is asked for. */
export function* inParts(images: tf.Tensor4D, count: number): Iterable<tf.Tensor4D> {
  for (let first = 0; first < images.shape[0]; first += count) {
    const part = tf.slice(images, first, Math.min(count, images.shape[0] - first));
    yield part;
    part.dispose();
  }
}

/** What is made of each image of a set, as a set; the caller's. */
export const mapImages = (
  images: tf.Tensor4D,
  make: (image: tf.Tensor4D, place: number) => Promise<tf.Tensor4D>,
): Promise<tf.Tensor4D> =>
  owning(async (own) => {
    const made: tf.Tensor4D[] = own([]);
    for (const image of inParts(images, 1)) made.push(await make(image, made.length));
    return tf.concat(made) as tf.Tensor4D;
  });
