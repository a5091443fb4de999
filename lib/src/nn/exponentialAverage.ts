import { requireWithin, runNative, tf, usesKernels } from "../runtime";
import type { Parameters } from "./parameters";

/** A running average of images, average <- decay * average + (1 - decay) * value, started at the first value. */
export interface ImageAverage {
  /**
   * Takes one more image in; may stand in a recorded step.
   * @param iteration counted from 1.
   * @returns the average with it.
   */
  update(value: tf.Tensor4D, iteration: tf.Tensor): tf.Tensor4D;
  dispose(): void;
}

/** Averages a series of images. @param decay in [0, 1); 0 keeps the last image only. */
export function averageImages(shape: [number, number, number, number], decay: number): ImageAverage {
  requireWithin({ decay }, "[0, 1)");
  const average = tf.tidy(() => tf.variable(tf.zeros(shape), false)) as tf.Variable<tf.Rank.R4>;
  return {
    update: (value, iteration) =>
      tf.tidy(() => {
        const weight = tf.where(iteration.equal(tf.onesLike(iteration)), tf.scalar(1), tf.scalar(1 - decay));
        average.assign(blend(average, value, weight) as tf.Tensor4D);
        return average.clone() as tf.Tensor4D;
      }),
    dispose: () => average.dispose(),
  };
}

/**
 * Averages the weights of a network over its training, in a copy of its own. `update` may stand in a recorded step; the share of
 * the newest weights is 1 - decay unless it is given another.
 */
export function averageWeights(
  parameters: Parameters,
  decay: number,
): { average: Parameters; update(share?: tf.Tensor): void; dispose(): void } {
  requireWithin({ decay }, "[0, 1)");
  const average = Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => [name, tf.variable(variable, false)]),
  );
  return {
    average,
    update(share: tf.Tensor | number = 1 - decay) {
      tf.tidy(() => {
        const newest = typeof share === "number" ? tf.scalar(share) : share;
        for (const [name, variable] of Object.entries(parameters)) {
          const kept = average[name] as tf.Variable;
          kept.assign(blend(kept, variable, newest));
        }
      });
    },
    dispose: () => tf.dispose(Object.values(average)),
  };
}

function blend(average: tf.Variable, value: tf.Tensor, share: tf.Tensor): tf.Tensor {
  const apply = usesKernels() ? blendTowards : composeBlend;
  return apply(average, value, share);
}

/** average + share (value - average) by its kernel (`lib/src/native/blend.c`). @param share a number between 0 and 1. */
export function blendTowards(average: tf.Tensor, value: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return runNative("DdpmDipBlend", {}, [average, value, share], 1)[0] as tf.Tensor;
}

/** The same of TensorFlow's ops, for a GPU and as the reference of the kernel. */
export function composeBlend(average: tf.Tensor, value: tf.Tensor, share: tf.Tensor): tf.Tensor {
  return average.add(value.sub(average).mul(share));
}
