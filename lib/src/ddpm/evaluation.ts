import { type RandomStream, tf } from "../runtime";
import type { Denoiser } from "./denoiser";
import { addNoise, toModelRange } from "./forwardProcess";

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
