import { type RandomStream, tf } from "../runtime";
import { posterior, predictClean } from "./forwardProcess";
import { alphaBarAt, type NoiseSchedule } from "./schedule";

/** A batch of images [batch, height, width, channels]. */
export type Images = tf.Tensor4D;

/** epsTheta: the noise in x_t, model range; the caller owns the result. */
export type NoisePredictor = (xt: tf.Tensor4D, t: number) => tf.Tensor4D;

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

type ReverseStep = (xt: tf.Tensor4D, clean: tf.Tensor4D, t: number, s: number, index: number) => tf.Tensor4D;

function* reverse(
  schedule: NoiseSchedule,
  predictNoise: NoisePredictor,
  start: tf.Tensor4D,
  { times = spreadTimes(schedule.steps, schedule.steps), clip = true }: SamplerOptions,
  move: ReverseStep,
): Generator<SamplingObservation, void, void> {
  for (const [index, t] of times.entries()) {
    const next = times[index + 1] ?? 0;
    if (t < 1 || t > schedule.steps || next >= t) {
      throw new RangeError(`times: got ${t} before ${next}, want levels falling from at most ${schedule.steps} to 1`);
    }
  }
  let sample = start.clone();
  let clean = start.clone();
  try {
    for (const [index, t] of times.entries()) {
      const next = times[index + 1] ?? 0;
      const [movedTo, predicted] = tf.tidy((): [tf.Tensor4D, tf.Tensor4D] => {
        const raw = predictClean(schedule, sample, predictNoise(sample, t), t);
        const x0 = clip ? tf.clipByValue(raw, -1, 1) : raw;
        return [move(sample, x0, t, next, index), x0];
      });
      tf.dispose([sample, clean]);
      [sample, clean] = [movedTo, predicted];
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
  schedule: NoiseSchedule,
  predictNoise: NoisePredictor,
  start: tf.Tensor4D,
  random: RandomStream,
  options: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  return reverse(schedule, predictNoise, start, options, (xt, clean, t, s, index) => {
    const { cleanWeight, noisyWeight, variance } = posterior(schedule, t, s);
    const mean = clean.mul(cleanWeight).add<tf.Tensor4D>(xt.mul(noisyWeight));
    if (variance === 0) return mean;
    return mean.add(random.normal(xt.shape, index).mul(Math.sqrt(variance)));
  });
}

/**
 * DDIM (Song et al. 2021, eq. 12) with eta = 0: the deterministic map from x_t to x_0 along the given levels.
 * After clipping, the noise is taken again from the clipped x_0, as the reference implementations can.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleDdim(
  schedule: NoiseSchedule,
  predictNoise: NoisePredictor,
  start: tf.Tensor4D,
  options: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  return reverse(schedule, predictNoise, start, options, (xt, clean, t, s) => {
    const [noisy, cleaner] = [alphaBarAt(schedule, t), alphaBarAt(schedule, s)];
    const eps = xt.sub<tf.Tensor4D>(clean.mul(Math.sqrt(noisy))).div<tf.Tensor4D>(Math.sqrt(1 - noisy));
    return clean.mul(Math.sqrt(cleaner)).add(eps.mul(Math.sqrt(1 - cleaner)));
  });
}
