import { tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { spreadTimes } from "./spacing";

/** A state of the reverse process. The tensors belong to the sampler and live until the next step. */
export interface SamplingObservation {
  /** The level that `sample` is at now; 0 at the end. */
  t: number;
  evaluations: number;
  /** x_t in model range. */
  sample: tf.Tensor4D;
  /** The prediction of x_0 that this step was made from. */
  predictedClean: tf.Tensor4D;
}

export interface SamplerOptions {
  /** Levels to visit, falling, from where `start` is. All of T..1 by default. */
  times?: number[];
  /** The level after the last of `times`, at most that one. */
  end?: number;
  /** What happens to a predicted x_0 outside [-1, 1]. */
  clip?: boolean;
}

/** One step of a sampler. All that it returns belongs to the loop; no x_0 where it goes up to more noise. */
export type SamplerStep = (
  sample: tf.Tensor4D,
  t: number,
  next: number,
  index: number,
) => { sample: tf.Tensor4D; clean?: tf.Tensor4D; evaluations: number };

/**
 * Goes through the levels of a sampler down to the last.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when the levels do not fall or are not of the schedule.
 */
export function* reverse(
  { schedule: { steps } }: Pick<Denoiser, "schedule">,
  start: tf.Tensor4D,
  { times = spreadTimes(steps, steps), end = 0 }: SamplerOptions,
  step: SamplerStep,
): Generator<SamplingObservation, void, void> {
  const moves = times.map((t, index) => [t, times[index + 1] ?? end] as const);
  for (const [index, [t, next]] of moves.entries()) {
    const last = index + 1 === times.length;
    if (t < 1 || t > steps || (last ? next > t || next < 0 : next >= t)) {
      throw new RangeError(`times: got ${t} before ${next}, want levels falling from at most ${steps} to 1`);
    }
  }
  yield* walk(start, moves, step);
}

/** The loop of all samplers: hands each state on, frees it when the next is there, and shows those that a step down made. */
export function* walk(
  start: tf.Tensor4D,
  moves: readonly (readonly [from: number, to: number])[],
  step: SamplerStep,
): Generator<SamplingObservation, void, void> {
  let sample = start.clone();
  let predictedClean = start.clone();
  let evaluations = 0;
  try {
    for (const [index, [from, to]] of moves.entries()) {
      const moved = step(sample, from, to, index);
      sample.dispose();
      sample = moved.sample;
      if (!moved.clean) continue;
      predictedClean.dispose();
      predictedClean = moved.clean;
      evaluations += moved.evaluations;
      yield { t: to, evaluations, sample, predictedClean };
    }
  } finally {
    tf.dispose([sample, predictedClean]);
  }
}

/** Runs a sampler to its end. @returns the last sample, owned by the caller, and the network evaluations that it took. */
export function finish(sampling: Iterable<SamplingObservation>): { sample: tf.Tensor4D; evaluations: number } {
  let kept: tf.Tensor4D | undefined;
  let evaluations = 0;
  for (const observation of sampling) {
    kept?.dispose();
    kept = observation.sample.clone();
    evaluations = observation.evaluations;
  }
  if (!kept) throw new RangeError("times: got none, want at least one level");
  return { sample: kept, evaluations };
}
