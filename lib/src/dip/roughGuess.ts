import { tf } from "../runtime";
import { interpolateKnown } from "./interpolateKnown";
import type { PreparedTraining } from "./stopping/rule";

/**
 * Of the pixels that are missing the share that has a known one within three blurs, where `interpolateKnown` can say something of
 * them; 1 where nothing is missing.
 * @param mask [1, height, width, 1] of ones and zeros.
 */
export function shareInReach(mask: tf.Tensor4D, blur: number): number {
  return tf.tidy(() => {
    const near = tf.maxPool(mask, 2 * Math.ceil(3 * blur) + 1, 1, "same");
    const missing = tf.sub(1, mask);
    const [far, all] = [tf.sub(1, near).sum(), missing.sum()].map((count) => count.dataSync()[0] as number) as [
      number,
      number,
    ];
    return all === 0 ? 1 : 1 - far / all;
  });
}

/** Blur that closes the gaps of what is held out of a small image, pixels. */
const gaps = 0.7;

/** A measurement of images A and its pseudo-inverse A^+. */
export interface Measuring {
  measure(image: tf.Tensor4D): tf.Tensor4D;
  backProject(measured: tf.Tensor4D): tf.Tensor4D;
  /** Whether values of a spectrum are measured. */
  readonly inSpectrum?: boolean;
}

/**
 * What one has of a measurement before any fit, without the values that are held out: the known pixels spread over the others,
 * or, where a small image was measured, the least image that measures so, A^+ y, the small one's own gaps filled first; of a
 * spectrum A^+ y with zeros for what is held out.
 * @param prepared what the fit is to see. @param size height and width of the image.
 * @param options `blur` of the finest spreading, pixels.
 * @returns [1, height, width, channels], owned by the caller.
 */
export function roughGuess(
  { target, measure }: Pick<PreparedTraining, "target" | "measure">,
  measurement: Pick<Measuring, "backProject" | "inSpectrum">,
  [height, width]: readonly [number, number],
  { blur }: { blur: number },
): tf.Tensor4D {
  if (measurement.inSpectrum) return measurement.backProject(target);
  return tf.tidy(() => {
    const seen = tf.onesLike(target);
    const kept = (measure?.(seen) ?? seen).slice([0, 0, 0, 0], [-1, -1, -1, 1]) as tf.Tensor4D;
    const isSmall = target.shape[1] !== height || target.shape[2] !== width;
    if (!isSmall) return interpolateKnown(target, kept, blur);
    return measurement.backProject(target.add(interpolateKnown(target, kept, gaps).mul(tf.sub(1, kept))));
  });
}
