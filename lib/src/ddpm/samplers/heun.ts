import { tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { alphaBarAt } from "../schedule";
import { reverse, type SamplerOptions, type SamplingObservation } from "./reverse";

/**
 * Heun's method on the probability flow (Karras et al. 2022, algorithm 1), in their variables xHat = x_t / sqrt(aBar) and
 * sigma = sqrt((1 - aBar) / aBar): d = (xHat - x_0)/sigma, an Euler step, and the mean of the slopes at its two ends.
 * Two evaluations a step, one at the step to the clean end. An error e of the second prediction moves the sample by
 * e (sigma_t - sigma_s) / (2 sigma_s): levels even in t end in a step down to a sigma near 0 that blows errors up, those of
 * `spreadSigmas` do not.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleHeun(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  { clip = true, ...options }: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  const at = (t: number) => {
    const alphaBar = alphaBarAt(denoiser.schedule, t);
    return { signal: Math.sqrt(alphaBar), sigma: Math.sqrt((1 - alphaBar) / alphaBar) };
  };
  const cleanOf = (sample: tf.Tensor4D, t: number): tf.Tensor4D => {
    const { clean, noise, sample: same } = denoiser.denoise(sample, t, { clip });
    tf.dispose([noise, same]);
    return clean;
  };
  return reverse(denoiser, start, options, (sample, t, s) => {
    const [here, there] = [at(t), at(s)];
    const clean = cleanOf(sample, t);
    const step = there.sigma - here.sigma;
    const scaled = sample.div<tf.Tensor4D>(here.signal);
    const slope = tf.tidy(() => scaled.sub<tf.Tensor4D>(clean).div<tf.Tensor4D>(here.sigma));
    const euler = tf.tidy(() => scaled.add<tf.Tensor4D>(slope.mul(step)).mul<tf.Tensor4D>(there.signal));
    if (s === 0) {
      tf.dispose([scaled, slope]);
      return { sample: euler, clean, evaluations: 1 };
    }
    const second = cleanOf(euler, s);
    const moved = tf.tidy(() => {
      const slopeThere = euler.div<tf.Tensor4D>(there.signal).sub<tf.Tensor4D>(second).div<tf.Tensor4D>(there.sigma);
      const mean = slope.add<tf.Tensor4D>(slopeThere).div<tf.Tensor4D>(2);
      return scaled.add<tf.Tensor4D>(mean.mul(step)).mul<tf.Tensor4D>(there.signal);
    });
    tf.dispose([scaled, slope, euler, second]);
    return { sample: moved, clean, evaluations: 2 };
  });
}
