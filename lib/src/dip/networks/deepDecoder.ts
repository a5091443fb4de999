import { addParameter, addScaleAndShift, batchNorm, convolve, type Parameters, upsampleTwice } from "../../nn";
import { openStream, requireCounts } from "../../runtime";
import { checkChannels, createPrior, type DipNetwork } from "../network";

export interface DeepDecoderOptions {
  /** Channels of every layer, k in the paper. */
  channels?: number;
  /** How often the image is doubled; one more layer follows without. */
  doublings?: number;
  outputChannels?: number;
}

/**
 * The deep decoder (Heckel and Hand 2019): 1x1 convolutions, bilinear upsampling, ReLU and batch norm, nothing else.
 * It has fewer weights than the image has values, so that it cannot fit the noise however long it is trained; with the
 * defaults 100,224, as in the paper.
 * @param seed of the role `network`, for the initial weights.
 * @throws RangeError when a channel count or the size of an input does not fit.
 */
export function createDeepDecoder(
  { channels = 128, doublings = 5, outputChannels = 3 }: DeepDecoderOptions,
  seed: number,
): DipNetwork {
  checkChannels([channels], outputChannels);
  requireCounts({ doublings });
  const random = openStream(seed, "network", "deep-decoder");
  const parameters: Parameters = {};
  const bound = 1 / Math.sqrt(channels);
  const addLayer = (name: string, outputs: number) =>
    addParameter(parameters, `${name}.weight`, random.child(name).uniform([1, 1, channels, outputs], -bound, bound));
  const layers = Array.from({ length: doublings + 1 }, (_, layer) => `layer.${layer}`);
  for (const layer of layers) {
    addLayer(`${layer}.conv`, channels);
    addScaleAndShift(parameters, `${layer}.norm`, channels);
  }
  addLayer("output", outputChannels);

  return createPrior({
    name: "deep decoder",
    parameters,
    multiple: 2 ** doublings,
    channels,
    shrink: 2 ** doublings,
    forward(input) {
      let x = input;
      layers.forEach((layer, i) => {
        x = convolve(parameters, `${layer}.conv`, x, { bias: false });
        if (i < doublings) x = upsampleTwice(x, "bilinear");
        x = batchNorm(parameters, `${layer}.norm`, x.relu());
      });
      return convolve(parameters, "output", x, { bias: false });
    },
  });
}
