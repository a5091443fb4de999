import { type RandomStream, requireCounts, tf } from "../../runtime";
import type { SamplingObservation } from "../samplers/reverse";

/** How far several reverse diffusions are. */
export interface SamplesObservation extends SamplingObservation {
  /** How many have come to their end. */
  draws: number;
}

/**
 * Several reverse diffusions of one observation, one after the other, as one that ends at the mean of their images. A sample of the
 * posterior is twice as far from the image as its mean, in squared error; the mean of K independent ones is 1 + 1/K times as far (Blau
 * and Michaeli 2018 for the factor of two), less what the samples have in common.
 * @param begin one diffusion; each must draw noise of its own, as by `streamOfDraw`.
 * @returns a generator of what each shows, with the evaluations of all so far; at level 0 `sample` is the mean of the images so far, alive
 *   until the next step.
 * @throws RangeError when `draws` is not a whole number above 0.
 */
export function* averageSamples(
  begin: (draw: number) => Iterable<SamplingObservation>,
  draws: number,
): Generator<SamplesObservation, void, void> {
  requireCounts({ draws });
  let mean: tf.Tensor4D | undefined;
  let spent = 0;
  try {
    for (let draw = 1; draw <= draws; draw++) {
      let evaluations = 0;
      for (const seen of begin(draw)) {
        evaluations = seen.evaluations;
        const now = { ...seen, evaluations: spent + evaluations, draws: draw - 1 };
        if (seen.t > 0) {
          yield now;
          continue;
        }
        const last: tf.Tensor4D | undefined = mean;
        const next = last ? weigh(last, seen.sample, draw) : seen.sample.clone();
        last?.dispose();
        mean = next;
        yield { ...now, sample: next, draws: draw };
      }
      spent += evaluations;
    }
  } finally {
    mean?.dispose();
  }
}

/** The mean of so many images by that of all but the last, and the last. */
const weigh = (mean: tf.Tensor4D, last: tf.Tensor4D, count: number): tf.Tensor4D =>
  tf.tidy(() => mean.mul((count - 1) / count).add<tf.Tensor4D>(last.div(count)));

/** The noise of one of several draws: of the first the stream itself, so that a single one is what it would be by itself. */
export const streamOfDraw = (random: RandomStream, draw: number): RandomStream =>
  draw === 1 ? random : random.child(`draw ${draw}`);
