import { type RandomStream, tf } from "../runtime";
import type { Denoiser } from "./denoiser";
import { addNoise, toModelRange } from "./forwardProcess";
import { boundTerm, priorTerm, stepTables } from "./variational";

/** A level and the mean squared error of the predicted noise there. */
export interface LevelLoss {
  t: number;
  /** 1 for a prediction of zero. */
  loss: number;
  /** Mean squared error of the predicted x_0, in squared image units: how well a noisy image of this level is denoised. */
  cleanError: number;
}

/**
 * The validation loss per noise level, with the same noise for the same stream.
 * @param images [count, height, width, channels] in [0, 1]; not those of the training.
 * @param options.batch how many images are evaluated at a time. @param options.clip whether x_0 is kept within [-1, 1].
 */
export function validationLosses(
  denoiser: Denoiser,
  images: tf.Tensor4D,
  levels: readonly number[],
  random: RandomStream,
  { batch = 32, clip = true } = {},
): LevelLoss[] {
  const count = images.shape[0];
  return levels.map((t) => {
    let [loss, cleanError] = [0, 0];
    for (let first = 0; first < count; first += batch) {
      const size = Math.min(batch, count - first);
      const part = tf.tidy(() => toModelRange(images.slice([first], [size])));
      const noise = random.child(`level ${t}`).normal(part.shape, first) as tf.Tensor4D;
      const noisy = addNoise(denoiser.schedule, part, noise, t);
      const seen = denoiser.denoise(noisy, t, { clip });
      const errorOf = (a: tf.Tensor, b: tf.Tensor) =>
        tf.tidy(() => tf.squaredDifference(a, b).mean().dataSync()[0] as number);
      loss += (errorOf(seen.noise, noise) * size) / count;
      // Model range is twice as wide as that of images.
      cleanError += (errorOf(seen.clean, part) * size) / (4 * count);
      tf.dispose([part, noise, noisy, ...Object.values(seen)]);
    }
    return { t, loss, cleanError };
  });
}

/**
 * The variational bound on the negative log-likelihood of images (Ho et al. 2020, eq. 5), in bits per value, with the
 * fixed small variance. All terms are summed where `levels` lists all; else the sum is estimated from those listed.
 * @param images [count, height, width, channels] in [0, 1], of 256 grey values.
 * @throws RangeError when no level is listed.
 */
export function boundInBits(
  denoiser: Denoiser,
  images: tf.Tensor4D,
  levels: readonly number[],
  random: RandomStream,
): number {
  if (levels.length === 0) throw new RangeError("levels: got none, want at least one");
  const { schedule } = denoiser;
  const tables = stepTables(schedule);
  const clean = toModelRange(images);
  const meanOf = (terms: tf.Tensor1D) => {
    const mean = tf.tidy(() => terms.mean().dataSync()[0] as number);
    terms.dispose();
    return mean;
  };
  let [first, others, otherCount] = [0, 0, 0];
  for (const t of levels) {
    const noise = random.child(`level ${t}`).normal(clean.shape) as tf.Tensor4D;
    const noisy = addNoise(schedule, clean, noise, t);
    const seen = denoiser.denoise(noisy, t, { clip: true });
    const times = tf.fill([clean.shape[0]], t, "int32") as tf.Tensor1D;
    const term = meanOf(boundTerm(tables, { clean, noisy, predicted: seen.clean, times }));
    if (t === 1) first = term;
    else {
      others += term;
      otherCount++;
    }
    tf.dispose([noise, noisy, times, ...Object.values(seen)]);
  }
  const prior = meanOf(priorTerm(schedule, clean));
  clean.dispose();
  return prior + first + (otherCount > 0 ? (others / otherCount) * (schedule.steps - 1) : 0);
}
