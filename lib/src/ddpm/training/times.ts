import type { Parameters } from "../../nn";
import { lookUp, type RandomStream, requirePositive, tf } from "../../runtime";
import type { NoiseSchedule } from "../schedule";

/** Draws the levels of a training step; its calls may stand in a recorded step. */
export interface TimeSampler {
  /** Levels in 1..T of a batch, int32, and what each image's loss is multiplied by to stay unbiased. */
  draw(batch: number, iteration: tf.Tensor): { times: tf.Tensor1D; factors?: tf.Tensor1D };
  /** Shows it the loss of each image. */
  learn(times: tf.Tensor1D, losses: tf.Tensor1D): void;
  /** What it remembers, for a checkpoint. */
  readonly state: Parameters;
  dispose(): void;
}

/** Levels drawn with the same chance. */
export function drawUniformTimes(steps: number, random: RandomStream): TimeSampler {
  return {
    draw: (batch, iteration) => ({ times: uniformTimes(random.uniform([batch], 0, steps, iteration), steps) }),
    learn: () => {},
    state: {},
    dispose: () => {},
  };
}

function uniformTimes(drawn: tf.Tensor, steps: number): tf.Tensor1D {
  return drawn
    .floor()
    .minimum(steps - 1)
    .add(1)
    .cast("int32") as tf.Tensor1D;
}

/** Options of importance sampling. */
export interface ImportanceOptions {
  /** Neighbouring levels that share a chance. */
  bins?: number;
  /** Weight of the newest loss in the average of its bin. */
  rate?: number;
  /** Share of the draws that stays uniform, so that no level is forgotten. */
  uniformShare?: number;
}

/**
 * Importance sampling of the levels (Nichol and Dhariwal 2021, section 3.3): p(t) proportional to sqrt(E[L_t^2]), each
 * loss divided by T p(t). The second moments are running averages over bins of levels, held in variables, so that the
 * draw is part of the recorded step and of a checkpoint; all are 1 at the start, which draws uniformly.
 * @throws RangeError when the bins do not divide the levels.
 */
export function drawImportantTimes(
  steps: number,
  random: RandomStream,
  { bins = Math.min(50, steps), rate = 0.05, uniformShare = 0.05 }: ImportanceOptions = {},
): TimeSampler {
  if (!Number.isInteger(bins) || bins < 1 || steps % bins !== 0) {
    throw new RangeError(`bins: got ${bins}, want a whole number that divides ${steps}`);
  }
  const width = steps / bins;
  const moments = tf.tidy(() => tf.variable(tf.ones([bins]), false)) as tf.Variable<tf.Rank.R1>;
  const binOf = (times: tf.Tensor) => times.sub(1).cast("float32").add(0.5).div(width).floor().cast("int32");
  return {
    state: { "times.secondMoment": moments },
    draw(batch, iteration) {
      const roots = moments.sqrt();
      const chances = roots
        .div(roots.sum())
        .mul(1 - uniformShare)
        .add(uniformShare / bins) as tf.Tensor1D;
      const place = random.uniform([batch, 1], 0, 1, iteration);
      const passed = tf.cumsum(chances).expandDims(0).lessEqual(place).cast("float32").sum(1);
      const bin = passed.minimum(bins - 1);
      const within = random
        .child("within")
        .uniform([batch], 0, width, iteration)
        .floor()
        .minimum(width - 1);
      const times = bin.mul(width).add(within).add(1).cast("int32") as tf.Tensor1D;
      const factors = tf.div(1 / bins, lookUp(chances, bin.cast("int32"))) as tf.Tensor1D;
      return { times, factors };
    },
    learn(times, losses) {
      tf.tidy(() => {
        const hits = tf.oneHot(binOf(times) as tf.Tensor1D, bins).cast("float32");
        const counts = hits.sum(0);
        const means = hits.mul(losses.square().expandDims(1)).sum(0).div(counts.maximum(1));
        const moved = moments.add(means.sub(moments).mul(rate));
        moments.assign(tf.where(counts.greater(0), moved, moments) as tf.Tensor1D);
      });
    },
    dispose: () => moments.dispose(),
  };
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
  if (!(uniformShare >= 0 && uniformShare <= 1)) {
    throw new RangeError(`uniformShare: got ${uniformShare}, want a number in [0, 1]`);
  }
  const logSigmas = Array.from(alphaBar.subarray(1), (value) => Math.log((1 - value) / value) / 2);
  // Between two neighbours the nearer one is chosen.
  const middles = logSigmas.slice(1).map((value, i) => (value + (logSigmas[i] as number)) / 2);
  return {
    state: {},
    draw(batch, iteration) {
      const wanted = random.child("log-normal").normal([batch, 1], iteration).mul(deviation).add(mean);
      const passed = wanted
        .greater(tf.tensor2d(middles, [1, middles.length]))
        .cast("float32")
        .sum(1);
      const anywhere = uniformTimes(random.uniform([batch], 0, steps, iteration), steps);
      const spread = random.child("share").uniform([batch], 0, 1, iteration).less(uniformShare);
      return { times: tf.where(spread, anywhere, passed.add(1).cast("int32")) as tf.Tensor1D };
    },
    learn: () => {},
    dispose: () => {},
  };
}
