import type { Unet } from "../ddpm";
import type { DipNetwork } from "../dip";
import { tf } from "../runtime";

/**
 * The noise predictor of a DDPM as a Deep Image Prior: its U-Net, from a fixed input to an image, with the time held at 0 and a
 * sigmoid at the end. Of an untrained one what differs from a DIP's own networks is then the architecture alone: group norm, SiLU,
 * residual blocks, whole skips. The weights are the network's own, so that a fit leaves them where DIP took them: the start of a
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
