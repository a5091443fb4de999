import { type RandomStream, tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { addNoise, fromModelRange, toModelRange } from "../forwardProcess";
import { alphaBarAt, matchLevel, type NoiseSchedule } from "../schedule";

/**
 * A noisy image as a state of the diffusion: y = x + n with n ~ N(0, sigma^2 I) is, scaled, a sample of q(x_t | x) at the
 * level whose noise is as strong. Where sigma falls between two levels the higher is taken; the noise that lacks is not
 * added.
 * @param noisy [batch, height, width, channels], image units.
 * @returns t, and x_t in model range, owned by the caller.
 * @throws RangeError when sigma is beyond the schedule.
 */
export function asDiffused(
  schedule: NoiseSchedule,
  noisy: tf.Tensor4D,
  sigma: number,
): { t: number; sample: tf.Tensor4D } {
  const t = matchLevel(schedule, 4 * sigma ** 2);
  const sample = tf.tidy(() => toModelRange(noisy).mul<tf.Tensor4D>(Math.sqrt(alphaBarAt(schedule, t))));
  return { t, sample };
}

/**
 * The posterior mean of a noisy image in one evaluation: what the network takes x_0 to be at the matched level. Of all
 * images it has the least expected squared error that this network can give.
 * @returns [batch, height, width, channels], image units, owned by the caller.
 * @throws RangeError when sigma is beyond the schedule.
 */
export function denoiseOnce(denoiser: Denoiser, noisy: tf.Tensor4D, sigma: number): tf.Tensor4D {
  const { t, sample } = asDiffused(denoiser.schedule, noisy, sigma);
  const seen = denoiser.denoise(sample, t, { clip: true });
  const image = fromModelRange(seen.clean);
  tf.dispose([sample, ...Object.values(seen)]);
  return image;
}

/**
 * An image noised up to a level, to start a sampler from (SDEdit, Meng et al. 2022): the higher the level, the less of the
 * image is left.
 * @param image in [0, 1]. @returns x_t in model range, owned by the caller.
 */
export function startFrom(schedule: NoiseSchedule, image: tf.Tensor4D, t: number, random: RandomStream): tf.Tensor4D {
  return tf.tidy(() =>
    addNoise(schedule, toModelRange(image), random.child(`start ${t}`).normal(image.shape) as tf.Tensor4D, t),
  );
}
