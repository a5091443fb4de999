import { requireNotNegative, tf } from "../runtime";
import type { NoisePredictor } from "./noisePredictor";
import type { Unet } from "./unet";

/**
 * A network guided to a class without a classifier (Ho and Salimans 2022, eq. 6): (1 + weight) f(x_t, class) - weight
 * f(x_t, none), in one evaluation of twice the batch; of the batch itself where the weight is 0.
 * @param label the class; "in turn" for the first image of a batch to be of class 0, the next of 1, and round again.
 * @param weight 0 for the class alone; larger for more typical and less diverse images.
 * @throws RangeError when the network has no such class or the weight is negative.
 */
export function guideToClass(network: Unet, label: number | "in turn", weight: number): NoisePredictor {
  const { prediction, classes } = network;
  const known = label === "in turn" ? classes > 0 : Number.isInteger(label) && label >= 0 && label < classes;
  if (!known) throw new RangeError(`label: got ${label}, want a whole number from 0 to ${classes - 1}`);
  requireNotNegative({ weight });
  return {
    prediction,
    apply(xt, steps) {
      return tf.tidy(() => {
        const zero = steps.mul(0);
        const wanted = label === "in turn" ? zero.add(1).cumsum(0, true).mod(classes) : zero.add(label);
        if (weight === 0) return network.apply(xt, steps, { labels: wanted.cast("int32") as tf.Tensor1D });
        const labels = tf.concat([wanted, zero.add(classes)]).cast("int32") as tf.Tensor1D;
        const both = network.apply(tf.concat([xt, xt]), tf.concat([steps, steps]), { labels });
        const [guided, free] = tf.split(both, 2) as [tf.Tensor4D, tf.Tensor4D];
        return guided.mul<tf.Tensor4D>(1 + weight).sub(free.mul(weight));
      });
    },
  };
}
