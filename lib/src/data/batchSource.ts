import { shuffle } from "simple-statistics";
import { type RandomStream, requireWhole, tf } from "../runtime";

/** Batches for a training, each a function of its index alone, so that a training can be resumed anywhere. */
export interface BatchSource {
  /** @returns images [batch, size, size, channels] in [0, 1], owned by the caller, and their classes where there are any. */
  next(index: number): { images: tf.Tensor4D; labels?: number[] };
}

/** A picture in memory, ready to be cut from. */
interface Plane {
  height: number;
  width: number;
  values: Float32Array;
}

/**
 * Square patches at random places of random photos, turned and mirrored in one of the eight ways: what a prior for photos of
 * any orientation is trained on. Cutting is copying from memory, a fraction of a millisecond a batch.
 * @param options.mixColours puts the channels of half of the patches in a random order: more kinds of light from few photos, but
 *   colours that no photo has.
 * @param photos [1, height, width, 3] each, none smaller than a patch; copied.
 * @throws RangeError when there is no photo or one is too small.
 */
export function openPatchSource(
  photos: readonly tf.Tensor4D[],
  { batch, size, mixColours = true }: { batch: number; size: number; mixColours?: boolean },
  random: RandomStream,
): BatchSource {
  if (photos.length === 0) throw new RangeError("patches: got no photo");
  const planes = photos.map((photo): Plane => {
    const [, height, width, channels] = photo.shape;
    if (Math.min(height, width) < size || channels !== 3) {
      throw new RangeError(`patches of ${size}: got a photo of ${width}x${height} with ${channels} channels, want 3`);
    }
    return { height, width, values: Float32Array.from(photo.dataSync()) };
  });
  // A place in a large photo is as likely as one in a small one.
  const places = planes.map(({ height, width }) => Math.sqrt((height - size + 1) * (width - size + 1)));
  const total = places.reduce((sum, count) => sum + count, 0);
  return {
    next(index) {
      const draw = random.numbers(index);
      const values = new Float32Array(batch * size * size * 3);
      for (let image = 0; image < batch; image++) {
        let rest = draw() * total;
        const chosen = places.findIndex((count) => {
          rest -= count;
          return rest < 0;
        });
        const into = values.subarray(image * size * size * 3);
        cutPatch(planes[Math.max(0, chosen)] as Plane, { size, mixColours }, draw, into);
      }
      return { images: tf.tensor4d(values, [batch, size, size, 3]) };
    },
  };
}

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

function cutPatch(
  { height, width, values }: Plane,
  { size, mixColours }: { size: number; mixColours: boolean },
  draw: () => number,
  into: Float32Array,
): void {
  const top = Math.floor(draw() * (height - size + 1));
  const left = Math.floor(draw() * (width - size + 1));
  const turn = Math.floor(draw() * 8);
  const order =
    !mixColours || draw() < 0.5 ? orders[0] : (orders[Math.floor(draw() * orders.length)] as (typeof orders)[number]);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const [a, b] = turn & 1 ? [column, row] : [row, column];
      const y = top + (turn & 2 ? size - 1 - a : a);
      const x = left + (turn & 4 ? size - 1 - b : b);
      for (let channel = 0; channel < 3; channel++) {
        into[(row * size + column) * 3 + channel] = values[(y * width + x) * 3 + order[channel as 0]] as number;
      }
    }
  }
}

/**
 * Batches of labelled images: every image once an epoch, in an order of its own each epoch, mirrored by half.
 * @param images [count, size, size, channels] in [0, 1], kept as bytes.
 * @throws RangeError when a batch is larger than the set or the labels do not fit.
 */
export function openLabelledSource(
  { images, labels }: { images: tf.Tensor4D; labels: readonly number[] },
  { batch }: { batch: number },
  random: RandomStream,
): BatchSource {
  const [count, height, width, channels] = images.shape;
  requireWhole({ batch }, 1, count);
  if (labels.length !== count) throw new RangeError(`labels: got ${labels.length} for ${count} images`);
  const each = height * width * channels;
  const values = images.dataSync();
  // Not Uint8Array.from, which gathers all values in a plain array first: more than node's heap for all of CIFAR-10.
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) bytes[i] = Math.round((values[i] as number) * 255);
  const anEpoch = Math.floor(count / batch);
  const all = Array.from({ length: count }, (_, i) => i);
  let [shuffled, order] = [-1, all];
  const orderOf = (epoch: number): number[] => {
    if (epoch !== shuffled) order = shuffle(all, random.child("order").numbers(epoch));
    shuffled = epoch;
    return order;
  };
  return {
    next(index) {
      const places = orderOf(Math.floor(index / anEpoch));
      const first = (index % anEpoch) * batch;
      const draw = random.numbers(index);
      const values = new Float32Array(batch * each);
      const chosen = places.slice(first, first + batch);
      chosen.forEach((place, image) => {
        const mirrored = draw() < 0.5;
        for (let row = 0; row < height; row++) {
          for (let column = 0; column < width; column++) {
            const from = place * each + (row * width + (mirrored ? width - 1 - column : column)) * channels;
            const to = image * each + (row * width + column) * channels;
            for (let channel = 0; channel < channels; channel++) {
              values[to + channel] = (bytes[from + channel] as number) / 255;
            }
          }
        }
      });
      return {
        images: tf.tensor4d(values, [batch, height, width, channels]),
        labels: chosen.map((place) => labels[place] as number),
      };
    },
  };
}
