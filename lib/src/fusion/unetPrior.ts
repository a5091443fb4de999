import { createUnet, type UnetOptions } from "../ddpm";
import type { DipNetwork } from "../dip";
import { tf } from "../runtime";

/**
 * The noise predictor of a DDPM as a Deep Image Prior: its U-Net, untrained, from a fixed input to an image, with the time
 * held at 0 and a sigmoid at the end. What differs from a DIP's own networks is then the architecture alone: group norm,
 * SiLU, residual blocks, whole skips.
 * @param seed of the role `network`, for the initial weights.
 * @throws RangeError when the options or the size of an input do not fit.
 */
export function createUnetPrior(options: UnetOptions, seed: number): DipNetwork {
  const network = createUnet(options, seed);
  return {
    parameters: network.parameters,
    multiple: network.multiple,
    inputScale: 1,
    inputShape: (height, width) => [1, height, width, network.imageChannels],
    apply: (x) => tf.tidy(() => network.apply(x, tf.zeros([x.shape[0]])).sigmoid()),
    dispose: network.dispose,
  };
}
