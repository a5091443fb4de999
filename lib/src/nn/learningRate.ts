import { requirePositive, requireWhole, requireWithin, tf } from "../runtime";

interface CosineDecayOptions {
  peak: number;
  /** Iterations over which the rate rises linearly from 0. */
  warmup?: number;
  /** The iteration at which the rate reaches `last`. */
  steps: number;
  /** The rate at the end, as a share of the highest. */
  last?: number;
}

/**
 * Linear warm-up, then a fall along half a cosine (Loshchilov & Hutter 2017, eq. 5, without restarts).
 * @returns a function of the iteration that may stand in a recorded step.
 * @throws RangeError when an option is out of range.
 */
export function cosineDecay({
  peak,
  warmup = 0,
  steps,
  last = 0,
}: CosineDecayOptions): (iteration: tf.Scalar) => tf.Scalar {
  requirePositive({ peak });
  requireWithin({ warmup }, `[0, ${steps})`);
  return (iteration) =>
    tf.tidy(() => {
      const share = tf.clipByValue(iteration.sub(warmup).div(steps - warmup), 0, 1);
      const cosine = tf.cos(share.mul(Math.PI)).add(1);
      const rise = warmup > 0 ? tf.minimum(1, iteration.div(warmup)) : tf.scalar(1);
      const fallen = cosine.mul((1 - last) / 2).add(last);
      return fallen.mul(rise).mul(peak) as tf.Scalar;
    });
}

/**
 * A rate that changes along a line.
 * @param options.first rate at iteration 1. @param options.last rate at iteration `steps` and after.
 * @returns a function of the iteration that may stand in a recorded step.
 * @throws RangeError when a rate is not above 0 or there are fewer than two steps.
 */
export function linearRate({
  first,
  last,
  steps,
}: Record<"first" | "last" | "steps", number>): (iteration: tf.Scalar) => tf.Scalar {
  requirePositive({ first, last });
  if (!(steps >= 2)) throw new RangeError(`steps: got ${steps}, want a number of at least 2`);
  return (iteration) =>
    tf.tidy(() => {
      const share = tf.clipByValue(iteration.sub(1).div(steps - 1), 0, 1);
      return share.mul(last - first).add(first) as tf.Scalar;
    });
}

/**
 * A rate that rises along a line and stays.
 * @param options.peak the rate from iteration `steps` on. @param options.steps 0 for a rate that does not change.
 * @returns a function of the iteration that may stand in a recorded step.
 * @throws RangeError when the peak is not above 0 or `steps` is no whole number of at least 0.
 */
export function warmUp({ peak, steps }: { peak: number; steps: number }): (iteration: tf.Scalar) => tf.Scalar {
  requireWhole({ steps }, 0);
  return cosineDecay({ peak, warmup: steps, steps: steps + 1, last: 1 });
}
