import { createUnet, type Unet, type UnetOptions } from "../ddpm";
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
  return viewAsPrior(createUnet(options, seed));
}

/**
 * A U-Net's own weights seen as a Deep Image Prior, so that a fit of it leaves them where DIP took them: the start of a
 * training by weights.
 * @param images how many images are fitted at once, each from an input of its own.
 */
export function viewAsPrior(network: Unet, images = 1): DipNetwork {
  return {
    parameters: network.parameters,
    multiple: network.multiple,
    inputScale: 1,
    inputShape: (height, width) => [images, height, width, network.imageChannels],
    apply: (x) => tf.tidy(() => network.apply(x, tf.zeros([x.shape[0]])).sigmoid()),
    dispose: network.dispose,
  };
}
