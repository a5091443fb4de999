import { type RandomStream, requirePositive, requireWithin, tf } from "../../runtime";
import type { NoiseSchedule } from "../schedule";

/** Draws the levels of a training step: those of a batch, int32 in 1..T. It may stand in a recorded step. */
export type TimeSampler = (batch: number, iteration: tf.Tensor) => tf.Tensor1D;

/** Levels drawn with the same chance. */
export function drawUniformTimes(steps: number, random: RandomStream): TimeSampler {
  return (batch, iteration) =>
    random
      .uniform([batch], 0, steps, iteration)
      .floor()
      .minimum(steps - 1)
      .add(1)
      .cast("int32") as tf.Tensor1D;
}

/** Where levels are drawn: ln(sigma_t) ~ N(mean, deviation^2), sigma_t = sqrt((1 - alphaBar)/alphaBar) in model range. */
export interface LogNormalOptions {
  mean: number;
  deviation: number;
  /** Share of the draws that is uniform over t, so that no level is forgotten. */
  uniformShare: number;
}

/**
 * Levels drawn log-normally in sigma (Karras et al. 2022, table 1), each brought to the nearest t of the schedule: most of a
 * training at the few levels that a restoration needs. The loss is not divided by the chance of a level; the draw is a
 * weighting of the levels.
 * @throws RangeError when the deviation is not above 0 or the share not in [0, 1].
 */
export function drawLogNormalTimes(
  { steps, alphaBar }: NoiseSchedule,
  random: RandomStream,
  { mean, deviation, uniformShare }: LogNormalOptions,
): TimeSampler {
  requirePositive({ deviation });
  requireWithin({ uniformShare }, "[0, 1]");
  const logSigmas = Array.from(alphaBar.subarray(1), (value) => Math.log((1 - value) / value) / 2);
  // Between two neighbours the nearer one is chosen.
  const middles = logSigmas.slice(1).map((value, i) => (value + (logSigmas[i] as number)) / 2);
  const drawAnywhere = drawUniformTimes(steps, random);
  return (batch, iteration) => {
    const wanted = random.child("log-normal").normal([batch, 1], iteration).mul(deviation).add(mean);
    const passed = wanted
      .greater(tf.tensor2d(middles, [1, middles.length]))
      .cast("float32")
      .sum(1);
    const anywhere = drawAnywhere(batch, iteration);
    const spread = random.child("share").uniform([batch], 0, 1, iteration).less(uniformShare);
    return tf.where(spread, anywhere, passed.add(1).cast("int32")) as tf.Tensor1D;
  };
}
