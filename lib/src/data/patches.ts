import { type RandomStream, tf } from "../runtime";

/**
 * Draws square patches at random places of random photos, each mirrored by chance.
 * @param photos [1, height, width, channels] each, none smaller than a patch.
 * @param index names the draw, typically the training step.
 * @returns [count, size, size, channels], owned by the caller.
 * @throws RangeError when a photo is too small.
 */
export function drawPatches(
  photos: tf.Tensor4D[],
  { count, size }: { count: number; size: number },
  random: RandomStream,
  index: number,
): tf.Tensor4D {
  const small = photos.find((photo) => Math.min(photo.shape[1], photo.shape[2]) < size);
  if (small) throw new RangeError(`patches of ${size}: got a photo of ${small.shape[2]}x${small.shape[1]} pixels`);
  const draw = random.numbers(index);
  const below = (end: number) => Math.floor(draw() * end);
  return tf.tidy(() => {
    const patches = Array.from({ length: count }, () => {
      const photo = photos[below(photos.length)] as tf.Tensor4D;
      const [, height, width, channels] = photo.shape;
      const [top, left] = [below(height - size + 1), below(width - size + 1)];
      const patch = tf.slice(photo, [0, top, left, 0], [1, size, size, channels]);
      return draw() < 0.5 ? tf.reverse(patch, 2) : patch;
    });
    return tf.concat(patches) as tf.Tensor4D;
  });
}
