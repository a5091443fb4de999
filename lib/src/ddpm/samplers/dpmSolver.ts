import { tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { alphaBarAt, type NoiseSchedule, signalToNoise } from "../schedule";
import { reverse, type SamplerOptions, type SamplingObservation } from "./reverse";

/** Half the logarithm of the signal-to-noise ratio; infinite at the clean end. */
const logSignal = (schedule: NoiseSchedule, t: number): number => 0.5 * Math.log(signalToNoise(schedule, t));

/**
 * DPM-Solver++ 2M (Lu et al. 2022b, algorithm 2): with lambda = log(sqrt(aBar)/sqrt(1 - aBar)), h = lambda_s - lambda_t
 * and the last step's h', x_s = (sigma_s / sigma_t) x_t - sqrt(aBar_s) (exp(-h) - 1) D,
 * D = x_0 + (h / 2h') (x_0 - x_0'), x_0' the prediction of the step before. One evaluation a step.
 * The last step is of first order, which is steadier with few steps.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function* sampleDpmSolver(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  { clip = true, ...options }: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  const { schedule } = denoiser;
  const count = options.times?.length ?? schedule.steps;
  let before: { clean: tf.Tensor4D; lambda: number } | undefined;
  try {
    yield* reverse(denoiser, start, options, (sample, t, s, index) => {
      const { clean, noise, sample: same } = denoiser.denoise(sample, t, { clip });
      tf.dispose([noise, same]);
      const [noisy, cleaner] = [alphaBarAt(schedule, t), alphaBarAt(schedule, s)];
      const [lambda, next] = [logSignal(schedule, t), logSignal(schedule, s)];
      const first = !before || index + 1 === count;
      const moved = tf.tidy(() => {
        const ratio = first || !before ? 0 : (next - lambda) / (2 * (lambda - before.lambda));
        const corrected = ratio > 0 && before ? clean.add(clean.sub(before.clean).mul(ratio)) : clean;
        const decay = Math.sqrt((1 - cleaner) / (1 - noisy));
        return sample.mul(decay).sub(corrected.mul(Math.sqrt(cleaner) * Math.expm1(lambda - next))) as tf.Tensor4D;
      });
      before?.clean.dispose();
      before = { clean: clean.clone(), lambda };
      return { sample: moved, clean, evaluations: 1 };
    });
  } finally {
    before?.clean.dispose();
  }
}
