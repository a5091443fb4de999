import { type RandomStream, tf } from "../runtime";
import type { Denoiser, SamplerMove } from "./denoiser";
import { posterior } from "./forwardProcess";
import { alphaBarAt } from "./schedule";

/** A state of the reverse process. The tensors belong to the sampler and live until the next step. */
export interface SamplingObservation {
  /** The level that `sample` is at now; 0 at the end. */
  t: number;
  /** Network evaluations so far. */
  evaluations: number;
  /** x_t in model range. */
  sample: tf.Tensor4D;
  /** The prediction of x_0 that this step was made from. */
  predictedClean: tf.Tensor4D;
}

/** Options of a sampler. */
export interface SamplerOptions {
  /** Levels to visit, falling, from where `start` is; 0 is added at the end. All of T..1 by default. */
  times?: number[];
  /** Cut the predicted x_0 to [-1, 1]. */
  clip?: boolean;
}

/** `count` levels spread evenly from `from` down to 1, both included, falling. */
export function spreadTimes(from: number, count: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > from) {
    throw new RangeError(`count: got ${count}, want a whole number from 1 to ${from}`);
  }
  if (count === 1) return [from];
  return Array.from({ length: count }, (_, i) => Math.round(from - ((from - 1) * i) / (count - 1)));
}

/** What the sampler does between two levels, and the noise that it needs for it. */
type PlanMove = (t: number, s: number, index: number) => { move: SamplerMove; noise?: tf.Tensor4D };

function* reverse(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  { times = spreadTimes(denoiser.schedule.steps, denoiser.schedule.steps), clip = true }: SamplerOptions,
  plan: PlanMove,
): Generator<SamplingObservation, void, void> {
  const { steps } = denoiser.schedule;
  for (const [index, t] of times.entries()) {
    const next = times[index + 1] ?? 0;
    if (t < 1 || t > steps || next >= t) {
      throw new RangeError(`times: got ${t} before ${next}, want levels falling from at most ${steps} to 1`);
    }
  }
  let sample = start.clone();
  let clean = start.clone();
  try {
    for (const [index, t] of times.entries()) {
      const next = times[index + 1] ?? 0;
      const { move, noise } = plan(t, next, index);
      const moved = denoiser.denoise(sample, t, { move, noise, clip });
      tf.dispose([sample, clean, moved.noise, ...(noise ? [noise] : [])]);
      [sample, clean] = [moved.sample, moved.clean];
      yield { t: next, evaluations: index + 1, sample, predictedClean: clean };
    }
  } finally {
    tf.dispose([sample, clean]);
  }
}

/**
 * Ancestral sampling (Ho et al. 2020, algorithm 2) with the fixed small variance: x_s drawn from
 * q(x_s | x_t, x_0 = its prediction), on all levels or on some.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleAncestral(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  random: RandomStream,
  options: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  return reverse(denoiser, start, options, (t, s, index) => {
    const { cleanWeight, noisyWeight, variance } = posterior(denoiser.schedule, t, s);
    const move = { cleanWeight, noisyWeight, deviation: Math.sqrt(variance) };
    return variance === 0 ? { move } : { move, noise: random.normal(start.shape, index) as tf.Tensor4D };
  });
}

/**
 * DDIM (Song et al. 2021, eq. 12) with eta = 0: the deterministic map from x_t to x_0 along the given levels,
 * x_s = sqrt(aBar_s) x_0 + sqrt(1 - aBar_s) (x_t - sqrt(aBar_t) x_0) / sqrt(1 - aBar_t).
 * The noise in it is that of the clipped x_0, as the reference implementations can.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleDdim(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  options: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  return reverse(denoiser, start, options, (t, s) => {
    const [noisy, cleaner] = [alphaBarAt(denoiser.schedule, t), alphaBarAt(denoiser.schedule, s)];
    const noisyWeight = Math.sqrt((1 - cleaner) / (1 - noisy));
    return { move: { cleanWeight: Math.sqrt(cleaner) - noisyWeight * Math.sqrt(noisy), noisyWeight } };
  });
}
