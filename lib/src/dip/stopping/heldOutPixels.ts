import { type RandomStream, tf } from "../../runtime";
import { defaultPatience, stopAtMinimum } from "./minimum";
import { checkPatience, type PatienceOptions } from "./patience";
import type { PreparedTraining } from "./prepared";

/** Options of held-out pixels. */
export interface HeldOutPixelsOptions extends Partial<PatienceOptions> {
  /** Share of the pixels that is held out, in (0, 1). */
  share: number;
}

/**
 * Validation by pixels that the loss does not see (Yaman et al. 2022 for one scan; cross-validation of old): a random
 * share of the pixels, all channels of each, is left out of the loss, and the error on them, |f - y|^2 over those, is
 * followed to its minimum. No noise level is needed; pixels are lost to the fit, and the network's smoothness, not the
 * data, speaks at the places that it is judged by.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when an option is out of range.
 */
export function holdOutPixels(
  noisy: tf.Tensor4D,
  { share, patience = defaultPatience.patience, window = defaultPatience.window }: HeldOutPixelsOptions,
  random: RandomStream,
): PreparedTraining {
  if (!(share > 0 && share < 1)) throw new RangeError(`share: got ${share}, want a number between 0 and 1`);
  checkPatience({ patience, window });
  const [, height, width, channels] = noisy.shape;
  const count = Math.max(1, Math.round(share * height * width));
  const [kept, target] = tf.tidy((): [tf.Variable<tf.Rank.R4>, tf.Tensor4D] => {
    // The pixels with the largest draws are held out, so that their number is exact.
    const draws = random.uniform([height * width], 0, 1);
    const { indices } = tf.topk(draws, count);
    const out = tf.oneHot(indices.cast("int32"), height * width).sum(0);
    const mask = tf.variable(tf.sub(1, out).reshape([1, height, width, 1]), false) as tf.Variable<tf.Rank.R4>;
    return [mask, noisy.mul<tf.Tensor4D>(mask)];
  });
  const places: number[] = [];
  for (const [pixel, value] of kept.dataSync().entries()) {
    if (value === 0) for (let channel = 0; channel < channels; channel++) places.push(pixel * channels + channel);
  }
  const values = noisy.dataSync();
  const rule = stopAtMinimum(
    {
      judges: "averagedOutput",
      memoryBytes: 12 * places.length,
      read({ averagedOutput }) {
        let sum = 0;
        for (const place of places) sum += ((averagedOutput[place] as number) - (values[place] as number)) ** 2;
        return sum / places.length;
      },
    },
    { patience, window },
  );
  return {
    target,
    measure: (image) => image.mul(kept),
    rule,
    dispose: () => tf.dispose([kept, target]),
  };
}
