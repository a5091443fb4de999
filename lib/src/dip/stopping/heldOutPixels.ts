import { type RandomStream, requireCounts, requireWithin, tf } from "../../runtime";
import { defaultPatience, type PatienceOptions, stopAtMinimum } from "./patience";
import type { PreparedTraining } from "./rule";

export interface HeldOutPixelsOptions extends Partial<PatienceOptions> {
  /** Share of the pixels that is held out, in (0, 1). */
  share: number;
  /** Ones where something was measured, [1, height, width, 1]: the share is of those pixels, and the loss sees no others. */
  known?: tf.Tensor4D | undefined;
}

export interface HeldOutTraining extends PreparedTraining {
  /** Mean squared error on what is held out of what an image measures as, values in order. */
  error(seen: ArrayLike<number>): number;
}

/**
 * Validation by pixels that the loss does not see (Yaman et al. 2022 for one scan; cross-validation of old): a random
 * share of the pixels, all channels of each, is left out of the loss, and the error on them, |f - y|^2 over those, is
 * followed to its minimum. No noise level is needed; pixels are lost to the fit, and the network's smoothness, not the
 * data, speaks at the places that it is measured at.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when an option is out of range or fewer than two pixels are known.
 */
export function holdOutPixels(
  noisy: tf.Tensor4D,
  { share, known, ...options }: HeldOutPixelsOptions,
  random: RandomStream,
): HeldOutTraining {
  requireWithin({ share }, "(0, 1)");
  const patience = { ...defaultPatience, ...options };
  requireCounts(patience);
  const [, height, width, channels] = noisy.shape;
  const pixels = known ? tf.tidy(() => known.sum().dataSync()[0] as number) : height * width;
  if (pixels < 2) throw new RangeError(`known: got ${pixels} of the pixels, want two, one to fit and one to hold out`);
  const count = Math.min(pixels - 1, Math.max(1, Math.round(share * pixels)));
  const places: number[] = [];
  const [kept, target] = tf.tidy((): [tf.Variable<tf.Rank.R4>, tf.Tensor4D] => {
    // The pixels with the largest draws are held out, so that their number is exact.
    const draws = random.uniform([height * width], 0, 1);
    const { indices } = tf.topk(known ? draws.mul(known.reshape([height * width])) : draws, count);
    const out = tf.oneHot(indices.cast("int32"), height * width).sum(0);
    const rest = tf.sub(1, out).reshape([1, height, width, 1]);
    const mask = tf.variable(known ? rest.mul(known) : rest, false) as tf.Variable<tf.Rank.R4>;
    for (const pixel of indices.dataSync()) {
      for (let channel = 0; channel < channels; channel++) places.push(pixel * channels + channel);
    }
    return [mask, noisy.mul<tf.Tensor4D>(mask)];
  });
  places.sort((a, b) => a - b);
  const values = noisy.dataSync();
  const error = (seen: ArrayLike<number>) => {
    let sum = 0;
    for (const place of places) sum += ((seen[place] as number) - (values[place] as number)) ** 2;
    return sum / places.length;
  };
  const rule = stopAtMinimum("averagedOutput", error, patience);
  return { target, measure: (image) => image.mul(kept), rule, error, dispose: () => tf.dispose([kept, target]) };
}
