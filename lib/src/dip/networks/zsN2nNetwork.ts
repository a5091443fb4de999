import { addConvolution, convolve, disposeParameters, leakyRelu, type Network, type Parameters } from "../../nn";
import { openStream, tf } from "../../runtime";
import { checkChannels } from "../network";

/** Shape of the network of Zero-Shot Noise2Noise; the defaults are the paper's for colour. */
export interface ZsN2nNetworkOptions {
  /** Channels of the image. */
  channels?: number;
  /** Channels between the convolutions. */
  filters?: number;
}

/** A network from a noisy image to its noise, of the image's shape. */
export interface ZsN2nNetwork extends Network<[tf.Tensor4D]> {
  /** Channels of the image. */
  readonly channels: number;
}

/**
 * The network of Zero-Shot Noise2Noise (Mansour & Heckel 2023): two 3x3 convolutions, zero-padded, each followed by
 * LeakyReLU 0.2, and a 1x1 convolution. With the defaults it has 22,275 parameters.
 * @param seed of the role `network`, for the initial weights.
 * @returns a network from [batch, height, width, channels], image units, to the noise predicted in it, of any sign.
 * @throws RangeError when a channel count is not a whole number above 0.
 */
export function createZsN2nNetwork({ channels = 3, filters = 48 }: ZsN2nNetworkOptions, seed: number): ZsN2nNetwork {
  checkChannels([filters], channels);
  const random = openStream(seed, "network", "ZS-N2N");
  const parameters: Parameters = {};
  addConvolution(parameters, "conv1", { kernel: 3, inputs: channels, outputs: filters, random });
  addConvolution(parameters, "conv2", { kernel: 3, inputs: filters, outputs: filters, random });
  addConvolution(parameters, "conv3", { kernel: 1, inputs: filters, outputs: channels, random });
  return {
    parameters,
    channels,
    apply: (x) =>
      tf.tidy(() => {
        const first = leakyRelu(convolve(parameters, "conv1", x), 0.2);
        return convolve(parameters, "conv3", leakyRelu(convolve(parameters, "conv2", first), 0.2));
      }),
    dispose: () => disposeParameters(parameters),
  };
}
