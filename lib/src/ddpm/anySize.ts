import { padTo } from "../nn";
import { tf } from "../runtime";
import type { NoisePredictor } from "./noisePredictor";

/**
 * A network for images of any size: sides that its strides do not divide are mirrored at their edges, and what it says is
 * cut back.
 * @param network whose images' sides `multiple` must divide.
 */
export function coverAnySize<Network extends NoisePredictor & { readonly multiple: number }>(
  network: Network,
): Network {
  return {
    ...network,
    apply(xt, steps, context) {
      const [, height, width] = xt.shape;
      const frame = padTo([height, width], network.multiple);
      return tf.tidy(() => frame.crop(network.apply(frame.pad(xt), steps, context)));
    },
  };
}
