import { tf } from "../runtime";
import type { DipObservation } from "./runFit";

/**
 * Runs several fits in step and averages what they show: the paper's average of two optimisation runs
 * (Ulyanov et al. 2018, section 3.1), which differ in the seeds of the network and of the input.
 * The loss is the mean of their losses. Ends with the first fit that ends; ends the others.
 * @throws RangeError when there is no fit.
 */
export function* averageRuns(fits: Iterable<DipObservation>[]): Generator<DipObservation, void, void> {
  if (fits.length === 0) throw new RangeError("averageRuns: got no fit, want at least one");
  const runs = fits.map((fit) => fit[Symbol.iterator]());
  const meanOf = (images: tf.Tensor4D[]) => tf.tidy(() => tf.addN(images).div<tf.Tensor4D>(images.length));
  try {
    while (true) {
      const seen = runs.flatMap((run) => {
        const next = run.next();
        return next.done ? [] : [next.value];
      });
      const [first] = seen;
      if (!first || seen.length < runs.length) return;
      const output = meanOf(seen.map((one) => one.output));
      const averagedOutput = meanOf(seen.map((one) => one.averagedOutput));
      try {
        yield {
          iteration: first.iteration,
          loss: seen.reduce((sum, { loss }) => sum + loss, 0) / seen.length,
          output,
          averagedOutput,
        };
      } finally {
        tf.dispose([output, averagedOutput]);
      }
    }
  } finally {
    for (const run of runs) run.return?.();
  }
}
