import { type RandomStream, requireWithin, type tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import type { SamplerOptions, SamplingObservation } from "../samplers/reverse";
import { alphaBarAt } from "../schedule";
import { type Observation, restoreBy } from "./measurement";

export interface DdnmOptions extends SamplerOptions {
  /** Share of fresh noise in a step; 1, which did best on the tune photos (notebook 03). The authors have 0.85. */
  eta?: number;
}

/**
 * DDNM (Wang et al. 2023): at each step the predicted x_0 gets what was measured put in, x_0 - lambda A^+ (A x_0 - y), and
 * the step is DDIM's from there, sqrt(aBar_s) x_0 + sqrt(gamma) (eta z + sqrt(1 - eta^2) eps). With noise of deviation s in
 * y (their section 3.3, for noise that A^+ keeps white) lambda is 1 and gamma = 1 - aBar_s - aBar_s s^2 while that leaves
 * something, else lambda = sqrt(1 - aBar_s) / (sqrt(aBar_s) s) and gamma = 0: then the last step, to level 0, is the
 * network's alone.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when eta is out of range.
 */
export function restoreDdnm(
  denoiser: Denoiser,
  observation: Observation,
  start: tf.Tensor4D,
  random: RandomStream,
  { eta = 1, clip = true, ...options }: DdnmOptions = {},
): Generator<SamplingObservation, void, void> {
  requireWithin({ eta }, "[0, 1]");
  const { measurement, sigma = 0 } = observation;
  const deviation = 2 * sigma;
  return restoreBy(denoiser, observation, start, options, ({ sample, t, s, index, measured }) => {
    const cleaner = alphaBarAt(denoiser.schedule, s);
    const carried = Math.sqrt(cleaner) * deviation;
    const room = Math.sqrt(1 - cleaner);
    const trust = carried <= room || deviation === 0 ? 1 : room / carried;
    const spread = Math.sqrt(Math.max(0, room ** 2 - (trust * carried) ** 2));
    const seen = denoiser.denoise(sample, t, { clip });
    const wrong = measurement.measure(seen.clean).sub<tf.Tensor4D>(measured);
    const clean = seen.clean.sub<tf.Tensor4D>(measurement.backProject(wrong).mul(trust));
    const fresh = random.normal(start.shape, index).mul(eta);
    const noise = fresh.add(seen.noise.mul(Math.sqrt(1 - eta ** 2)));
    return { clean, sample: clean.mul(Math.sqrt(cleaner)).add(noise.mul(spread)) };
  });
}
