import { tf } from "../../runtime";
import type { Denoised, Denoiser } from "../denoiser";
import { spreadTimes } from "./spacing";

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
  /** Levels to visit, falling, from where `start` is. All of T..1 by default. */
  times?: number[];
  /** The level after the last of `times`, at most that one. */
  end?: number;
  /** What happens to a predicted x_0 outside [-1, 1]. */
  clip?: boolean;
}

/** One step of a sampler. All that it returns belongs to the loop. */
export type SamplerStep = (
  sample: tf.Tensor4D,
  t: number,
  next: number,
  index: number,
) => Pick<Denoised, "sample" | "clean"> & { evaluations: number };

/**
 * The loop of all samplers: goes through the levels, hands each state on, and frees it when the next is there.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when the levels do not fall or are not of the schedule.
 */
export function* reverse(
  { schedule: { steps } }: Pick<Denoiser, "schedule">,
  start: tf.Tensor4D,
  { times = spreadTimes(steps, steps), end = 0 }: SamplerOptions,
  step: SamplerStep,
): Generator<SamplingObservation, void, void> {
  for (const [index, t] of times.entries()) {
    const last = index + 1 === times.length;
    const next = times[index + 1] ?? end;
    if (t < 1 || t > steps || (last ? next > t || next < 0 : next >= t)) {
      throw new RangeError(`times: got ${t} before ${next}, want levels falling from at most ${steps} to 1`);
    }
  }
  let sample = start.clone();
  let clean = start.clone();
  let evaluations = 0;
  try {
    for (const [index, t] of times.entries()) {
      const next = times[index + 1] ?? end;
      const moved = step(sample, t, next, index);
      tf.dispose([sample, clean]);
      [sample, clean] = [moved.sample, moved.clean];
      evaluations += moved.evaluations;
      yield { t: next, evaluations, sample, predictedClean: clean };
    }
  } finally {
    tf.dispose([sample, clean]);
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
