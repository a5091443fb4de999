import { tf } from "../runtime";
import type { NoisePredictor } from "./noisePredictor";
import type { Unet } from "./unet";

/**
 * A network guided to a class without a classifier (Ho and Salimans 2022, eq. 6): (1 + weight) f(x_t, class) - weight
 * f(x_t, none), in one evaluation of twice the batch.
 * @param label the class.
 * @param weight 0 for the class alone; larger for more typical and less diverse images.
 * @throws RangeError when the network has no such class or the weight is negative.
 */
export function guideToClass(network: Unet, label: number, weight: number): NoisePredictor {
  if (!Number.isInteger(label) || label < 0 || label >= network.classes) {
    throw new RangeError(`label: got ${label}, want a whole number from 0 to ${network.classes - 1}`);
  }
  if (!(weight >= 0)) throw new RangeError(`weight: got ${weight}, want a number of at least 0`);
  const { prediction, learnsVariance } = network;
  return {
    prediction,
    learnsVariance,
    apply(xt, steps) {
      return tf.tidy(() => {
        const like = steps.mul(0) as tf.Tensor1D;
        const labels = tf.concat([like.add(label), like.add(network.classes)]).cast("int32") as tf.Tensor1D;
        const both = network.apply(tf.concat([xt, xt]), tf.concat([steps, steps]), { labels });
        const [guided, free] = tf.split(both, 2) as [tf.Tensor4D, tf.Tensor4D];
        return guided.mul<tf.Tensor4D>(1 + weight).sub(free.mul(weight));
      });
    },
  };
}
