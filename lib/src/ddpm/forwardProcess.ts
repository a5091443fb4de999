import { lookUp, tf } from "../runtime";
import { alphaBarAt, type NoiseSchedule } from "./schedule";

/** A batch of images [batch, height, width, channels]. */
export type Images = tf.Tensor4D;

/** Images in [0, 1] to the DDPM's [-1, 1]. */
export function toModelRange(image: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => image.mul<tf.Tensor4D>(2).sub(1));
}

/** The DDPM's [-1, 1] back to images in [0, 1]; not clipped. */
export function fromModelRange(x: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => x.add<tf.Tensor4D>(1).div(2));
}

/**
 * A sample of q(x_t | x_0) = N(sqrt(alphaBar) x_0, (1 - alphaBar) I) (Ho et al. 2020, eq. 4).
 * @param x0 [batch, height, width, channels] in model range.
 * @param noise standard normal, same shape.
 * @param t one step for all images, or one for each; as an int32 tensor [batch] it may be of a recorded step.
 * @throws RangeError when t is not of the schedule; a tensor's values are not checked.
 */
export function addNoise(
  schedule: NoiseSchedule,
  x0: tf.Tensor4D,
  noise: tf.Tensor4D,
  t: number | number[] | tf.Tensor1D,
): tf.Tensor4D {
  return tf.tidy(() => {
    const at = levelsAt(schedule, t);
    return x0.mul(at.signal).add(noise.mul(at.noise)) as tf.Tensor4D;
  });
}

/** sqrt(alphaBar) and sqrt(1 - alphaBar) as [batch, 1, 1, 1], or [1, 1, 1, 1] for one step; t as in `addNoise`. */
export function levelsAt(
  schedule: NoiseSchedule,
  t: number | number[] | tf.Tensor1D,
): { signal: tf.Tensor; noise: tf.Tensor } {
  const levels = typeof t === "number" ? [t] : t;
  const at = (value: (alphaBar: number) => number): tf.Tensor => {
    if (Array.isArray(levels)) {
      return tf.tensor4d(
        levels.map((level) => value(alphaBarAt(schedule, level))),
        [levels.length, 1, 1, 1],
      );
    }
    const table = tf.tensor1d(Array.from(schedule.alphaBar, value));
    return lookUp(table, levels).reshape([-1, 1, 1, 1]);
  };
  return { signal: at(Math.sqrt), noise: at((alphaBar) => Math.sqrt(1 - alphaBar)) };
}

/** The Gaussian q(x_s | x_t, x_0), s < t, as weights of x_0 and x_t in its mean and its variance. */
export interface Posterior {
  cleanWeight: number;
  noisyWeight: number;
  variance: number;
}

/**
 * q(x_s | x_t, x_0) for any s < t (Ho et al. 2020, eqs. 6 and 7, for s = t - 1; the same with
 * alpha = alphaBar(t)/alphaBar(s) for a longer step).
 * @throws RangeError when s is not below t.
 */
export function posterior(schedule: NoiseSchedule, t: number, s: number = t - 1): Posterior {
  if (s >= t) throw new RangeError(`posterior: got s = ${s}, t = ${t}, want s below t`);
  const [noisy, cleaner] = [alphaBarAt(schedule, t), alphaBarAt(schedule, s)];
  const alpha = noisy / cleaner;
  return {
    cleanWeight: (Math.sqrt(cleaner) * (1 - alpha)) / (1 - noisy),
    noisyWeight: (Math.sqrt(alpha) * (1 - cleaner)) / (1 - noisy),
    variance: ((1 - cleaner) / (1 - noisy)) * (1 - alpha),
  };
}
