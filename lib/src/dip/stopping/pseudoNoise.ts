import { type RandomStream, requirePositive, tf } from "../../runtime";
import { defaultPatience, stopAtMinimum } from "./minimum";
import { checkPatience, type PatienceOptions } from "./patience";
import type { PreparedTraining } from "./prepared";
import { meanSquaredDifference } from "./rule";

/** Options of pseudo-noise validation. */
export interface PseudoNoiseOptions extends Partial<PatienceOptions> {
  /** Standard deviation of the noise that is added, image units; the noise's own, known or estimated. */
  sigma: number;
}

/**
 * Pseudo-noise validation: the network is fitted to y + w, w ~ N(0, sigma^2 I), and judged by y as though y were clean
 * ("noisy as clean", Xu et al. 2020; relative: the orthogonal criterion of Zhou et al. 2019, "Towards the Automation of
 * Deep Image Prior", whose formula could not be found). |f - y|^2 / d first falls, and rises once f learns w. It is biased:
 * f also learns the noise of y, which the judge shares.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when sigma is not a finite number above 0.
 */
export function validateByPseudoNoise(
  noisy: tf.Tensor4D,
  { sigma, patience = defaultPatience.patience, window = defaultPatience.window }: PseudoNoiseOptions,
  random: RandomStream,
): PreparedTraining {
  requirePositive({ sigma });
  checkPatience({ patience, window });
  const target = tf.tidy(() => noisy.add<tf.Tensor4D>(random.normal(noisy.shape).mul(sigma)));
  const judge = noisy.dataSync() as Float32Array;
  const rule = stopAtMinimum(
    {
      judges: "averagedOutput",
      memoryBytes: judge.byteLength,
      read: ({ averagedOutput }) => meanSquaredDifference(averagedOutput, judge),
    },
    { patience, window },
  );
  return { target, rule, dispose: () => target.dispose() };
}
