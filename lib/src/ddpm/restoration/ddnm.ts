import { type RandomStream, requireWithin, tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { reverse, type SamplerOptions, type SamplingObservation } from "../samplers/reverse";
import { alphaBarAt } from "../schedule";
import { measuredInModelRange, type Observation } from "./measurement";

/** Options of DDNM. */
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
export function* restoreDdnm(
  denoiser: Denoiser,
  observation: Observation,
  start: tf.Tensor4D,
  random: RandomStream,
  { eta = 1, clip = true, ...options }: DdnmOptions = {},
): Generator<SamplingObservation, void, void> {
  requireWithin({ eta }, "[0, 1]");
  const { measurement, sigma = 0 } = observation;
  const deviation = 2 * sigma;
  const measured = measuredInModelRange(observation, start.shape);
  try {
    yield* reverse(denoiser, start, options, (sample, t, s, index) => {
      const cleaner = alphaBarAt(denoiser.schedule, s);
      const carried = Math.sqrt(cleaner) * deviation;
      const room = Math.sqrt(1 - cleaner);
      const trust = carried <= room || deviation === 0 ? 1 : room / carried;
      const spread = Math.sqrt(Math.max(0, room ** 2 - (trust * carried) ** 2));
      const seen = denoiser.denoise(sample, t, { clip });
      const [clean, moved] = tf.tidy(() => {
        const wrong = measurement.measure(seen.clean).sub<tf.Tensor4D>(measured);
        const kept = seen.clean.sub(measurement.backProject(wrong).mul(trust));
        const noise = random
          .normal(start.shape, index)
          .mul(eta)
          .add(seen.noise.mul(Math.sqrt(1 - eta ** 2)));
        return [kept, kept.mul(Math.sqrt(cleaner)).add(noise.mul(spread))] as [tf.Tensor4D, tf.Tensor4D];
      });
      tf.dispose(Object.values(seen));
      return { sample: moved, clean, evaluations: 1 };
    });
  } finally {
    measured.dispose();
  }
}
