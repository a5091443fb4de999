import {
  type Denoiser,
  finish,
  type LevelLoss,
  sampleDdim,
  spreadTimes,
  toModelRange,
  validationLosses,
} from "../ddpm";
import { type RandomStream, tf } from "../runtime";

/**
 * A diffusion whose noisy end is N(mu, scale^2 I) in place of N(0, I): it is the residual x - mu, brought to the spread that
 * images have, that is noised and learned (PriorGrad, Lee et al. 2022, eq. 3 to 5; ResShift, Yue et al. 2023). With mu = 1/2
 * and `imageSpread` it is the plain process.
 */
export interface PriorShift {
  /** Root mean square of the residual over the training set, image units. */
  spread: number;
}

/** Root mean square of images about mid-grey that [0, 1] to [-1, 1] stands for, image units: the plain process's. */
export const imageSpread = 0.25;

/**
 * Measures the residual's spread on training images.
 * @param clean, mu [count, height, width, channels] in [0, 1].
 * @throws RangeError when there is no residual: nothing would be left to learn.
 */
export function measureShift(clean: tf.Tensor4D, mu: tf.Tensor4D): PriorShift {
  const spread = tf.tidy(() => Math.sqrt(tf.squaredDifference(clean, mu).mean().dataSync()[0] as number));
  if (!(spread > 0)) throw new RangeError("mu: is the image itself; there is no residual to learn");
  return { spread };
}

/** The residual as the trained process sees an image: 1/2 + (x - mu) imageSpread / spread. The caller's. */
export function toResidual({ spread }: PriorShift, clean: tf.Tensor4D, mu: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() =>
    clean
      .sub<tf.Tensor4D>(mu)
      .mul<tf.Tensor4D>(imageSpread / spread)
      .add(0.5),
  );
}

/** The image of a residual: the inverse of `toResidual`, not clipped. The caller's. */
export function fromResidual({ spread }: PriorShift, residual: tf.Tensor4D, mu: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() =>
    residual
      .sub<tf.Tensor4D>(0.5)
      .mul<tf.Tensor4D>(spread / imageSpread)
      .add(mu),
  );
}

/**
 * What a network of the shifted process is told: mu and what was measured in model range, and the mask.
 * @param given the measurement in the image's size. @param mask [count, height, width, 1], ones where it was measured.
 * @returns [count, height, width, 2 channels + 1]; the caller's.
 */
export function conditionOn(mu: tf.Tensor4D, given: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.concat([toModelRange(mu), toModelRange(given), mask], 3) as tf.Tensor4D);
}

/**
 * Restores by the reverse of the shifted process: DDIM from N(mu, spread^2 I).
 * @param denoiser of residuals, opened with the condition of the same images.
 * @returns [count, height, width, channels], image units, not clipped; the caller's.
 */
export function restoreShifted(
  denoiser: Denoiser,
  shift: PriorShift,
  mu: tf.Tensor4D,
  random: RandomStream,
  { evaluations = 10 } = {},
): tf.Tensor4D {
  const start = random.normal(mu.shape) as tf.Tensor4D;
  const times = spreadTimes(denoiser.schedule.steps, evaluations, "trailing");
  const { sample } = finish(sampleDdim(denoiser, start, { times, clip: false }));
  const image = tf.tidy(() => fromResidual(shift, sample.add<tf.Tensor4D>(1).div(2), mu));
  tf.dispose([start, sample]);
  return image;
}

/**
 * Validation by level on residuals, the error of x_0 brought back to image units: comparable between processes of other mu.
 * @param residuals as `toResidual` makes them.
 */
export function shiftedLosses(
  denoiser: Denoiser,
  { spread }: PriorShift,
  residuals: tf.Tensor4D,
  levels: readonly number[],
  random: RandomStream,
): LevelLoss[] {
  const batch = residuals.shape[0];
  return validationLosses(denoiser, residuals, levels, random, { batch, clip: false }).map((level) => ({
    ...level,
    cleanError: level.cleanError * (spread / imageSpread) ** 2,
  }));
}
