import { type RandomStream, requireCounts, tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { addNoise, posterior, toModelRange } from "../forwardProcess";
import { type SamplerOptions, type SamplerStep, type SamplingObservation, walk } from "../samplers/reverse";
import { spreadTimes } from "../samplers/spacing";
import { alphaBarAt } from "../schedule";

interface RepaintOptions extends Pick<SamplerOptions, "times" | "clip"> {
  /** How often each stretch of levels is gone through; the authors' r, 10 in the paper. */
  repeats?: number;
  /** Levels in a stretch; the authors' jump length, 10 in the paper. */
  jump?: number;
}

/**
 * The moves of RePaint along falling levels that end at 0, as pairs [from, to]: after each stretch of `jump` levels the
 * sample is diffused back over it, `repeats` - 1 times.
 */
export function planRepaint(
  levels: readonly number[],
  { repeats, jump }: { repeats: number; jump: number },
): [number, number][] {
  const moves: [number, number][] = [];
  for (let first = 0; first + 1 < levels.length; first += jump) {
    const last = Math.min(first + jump, levels.length - 1);
    for (let round = 1; round <= repeats; round++) {
      for (let i = first; i < last; i++) moves.push([levels[i] as number, levels[i + 1] as number]);
      if (round < repeats) moves.push([levels[last] as number, levels[first] as number]);
    }
  }
  return moves;
}

/**
 * RePaint (Lugmayr et al. 2022, algorithm 1) for inpainting: after each ancestral step the known pixels are those of the
 * noised measurement, and stretches of steps are repeated so that the unknown ones come to fit them.
 * @param known [1, height, width, channels] in [0, 1]; the unknown pixels' values do not matter.
 * @param mask [1, height, width, 1] of ones where pixels are known.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when the repeats, the jump or the levels do not fit.
 */
export function* restoreRepaint(
  denoiser: Denoiser,
  { known, mask }: { known: tf.Tensor4D; mask: tf.Tensor4D },
  start: tf.Tensor4D,
  random: RandomStream,
  { times = spreadTimes(denoiser.schedule.steps, 50), repeats = 5, jump = 5, clip = true }: RepaintOptions = {},
): Generator<SamplingObservation, void, void> {
  requireCounts({ repeats, jump });
  const { schedule } = denoiser;
  const target = toModelRange(known);
  const draw = (name: string, index: number) => random.child(name).normal(start.shape, index) as tf.Tensor4D;
  const step: SamplerStep = (sample, from, to, index) => {
    if (to > from) {
      const kept = alphaBarAt(schedule, to) / alphaBarAt(schedule, from);
      const risen = tf.tidy(() => sample.mul(Math.sqrt(kept)).add(draw("back", index).mul(Math.sqrt(1 - kept))));
      return { sample: risen as tf.Tensor4D, evaluations: 0 };
    }
    const { cleanWeight, noisyWeight, variance } = posterior(schedule, from, to);
    const noise = draw("step", index);
    const move = { cleanWeight, noisyWeight, deviation: Math.sqrt(variance) };
    const seen = denoiser.denoise(sample, from, { move, noise, clip });
    const joined = tf.tidy(() => {
      const given = to > 0 ? addNoise(schedule, target, draw("known", index), to) : target;
      const isKnown = mask.greater(0.5).logicalAnd(tf.onesLike(target).cast("bool"));
      return tf.where(isKnown, given, seen.sample) as tf.Tensor4D;
    });
    tf.dispose([noise, seen.sample, seen.noise]);
    return { sample: joined, clean: seen.clean, evaluations: 1 };
  };
  try {
    yield* walk(start, planRepaint([...times, 0], { repeats, jump }), step);
  } finally {
    target.dispose();
  }
}
