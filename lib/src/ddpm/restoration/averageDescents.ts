import { requireCounts, tf } from "../../runtime";
import type { SamplingObservation } from "../samplers/reverse";

/** How far several reverse diffusions are. */
export interface DescentsObservation extends SamplingObservation {
  /** How many have come to their end. */
  draws: number;
}

/**
 * Several reverse diffusions of one observation, one after the other, as one that ends at the mean of their images. A sample of the
 * posterior is twice as far from the image as its mean, in squared error; the mean of K independent ones is 1 + 1/K times as far (Blau
 * and Michaeli 2018 for the factor of two), less what the samples have in common.
 * @param begin one diffusion; each must draw noise of its own.
 * @returns a generator of what each shows, with the evaluations of all so far; at level 0 `sample` is the mean of the images so far, alive
 *   until the next step.
 * @throws RangeError when `draws` is not a whole number above 0.
 */
export function* averageDescents(
  begin: (draw: number) => Iterable<SamplingObservation>,
  draws: number,
): Generator<DescentsObservation, void, void> {
  requireCounts({ draws });
  let [mean, spent]: [tf.Tensor4D | undefined, number] = [undefined, 0];
  try {
    for (let draw = 1; draw <= draws; draw++) {
      let evaluations = 0;
      for (const seen of begin(draw)) {
        evaluations = seen.evaluations;
        if (seen.t === 0) {
          const { sample } = seen;
          const last: tf.Tensor4D | undefined = mean;
          mean = last
            ? tf.tidy(() => (last as tf.Tensor4D).mul((draw - 1) / draw).add<tf.Tensor4D>(sample.div(draw)))
            : sample.clone();
          last?.dispose();
        }
        const sample = seen.t === 0 && mean ? mean : seen.sample;
        yield { ...seen, sample, evaluations: spent + evaluations, draws: seen.t === 0 ? draw : draw - 1 };
      }
      spent += evaluations;
    }
  } finally {
    mean?.dispose();
  }
}
