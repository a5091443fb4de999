import { type RandomStream, requirePositive, requireWithin, type tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import type { SamplerOptions, SamplingObservation } from "../samplers/reverse";
import { alphaBarAt } from "../schedule";
import { type Observation, restoreBy } from "./measurement";

interface DiffpirOptions extends SamplerOptions {
  /** Weight of the prior beside noisy measurements, the authors' lambda; 1 to 25 in their experiments. */
  lambda?: number;
  /** Share of fresh noise in a step, the authors' zeta; 0.1 to 1 in their experiments. */
  zeta?: number;
}

/**
 * DiffPIR (Zhu et al. 2023, algorithm 1): at each step the predicted x_0 is moved to the minimum of |y - A x|^2 + rho |x - x_0|^2 with
 * rho = lambda s^2 aBar_t / (1 - aBar_t), s the deviation of the noise in y. For A^+ = A^T that is x_0 - A^+ (A x_0 - y) / (1 + rho);
 * without noise rho is 0, and any A^+ does. The noise is read anew from the moved x_0, eps = (x_t - sqrt(aBar_t) x_0) / sqrt(1 - aBar_t),
 * and the step is sqrt(aBar_s) x_0 + sqrt(1 - aBar_s) (sqrt(1 - zeta) eps + sqrt(zeta) z).
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when zeta or lambda is out of range, or the measurement is noisy and its A^+ is not A^T.
 */
export function restoreDiffpir(
  denoiser: Denoiser,
  observation: Observation,
  start: tf.Tensor4D,
  random: RandomStream,
  { lambda = 7, zeta = 0.5, clip = true, ...options }: DiffpirOptions = {},
): Generator<SamplingObservation, void, void> {
  requirePositive({ lambda });
  requireWithin({ zeta }, "[0, 1]");
  const { measurement, sigma = 0 } = observation;
  if (sigma > 0 && !measurement.orthonormal) {
    throw new RangeError(`sigma: got ${sigma}, want 0 where the measurement's A^+ is not its transpose`);
  }
  return restoreBy(denoiser, observation, start, options, ({ sample, t, s, index, measured }) => {
    const [signal, cleaner] = [alphaBarAt(denoiser.schedule, t), alphaBarAt(denoiser.schedule, s)];
    const rho = (lambda * (2 * sigma) ** 2 * signal) / (1 - signal);
    const seen = denoiser.denoise(sample, t, { clip });
    const wrong = measurement.measure(seen.clean).sub<tf.Tensor4D>(measured);
    const clean = seen.clean.sub<tf.Tensor4D>(measurement.backProject(wrong).div(1 + rho));
    const left = sample.sub(clean.mul(Math.sqrt(signal))).mul(Math.sqrt((1 - zeta) / (1 - signal)));
    const noise = left.add(random.normal(start.shape, index).mul(Math.sqrt(zeta)));
    return { clean, sample: clean.mul(Math.sqrt(cleaner)).add(noise.mul(Math.sqrt(1 - cleaner))) };
  });
}
