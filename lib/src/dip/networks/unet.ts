import { addConvolution, addScaleAndShift, batchNorm, convolve, type Parameters, upsampleTwice } from "../../nn";
import { openStream, tf } from "../../runtime";
import { checkChannels, createPrior, type DipNetwork } from "../network";

export interface DipUnetOptions {
  /** Channels of each scale, from the finest; the last is the bottom. */
  filters?: number[];
  inputChannels?: number;
  outputChannels?: number;
}

/**
 * A U-Net (Ronneberger et al. 2015) as a Deep Image Prior: two 3x3 convolutions with batch norm and LeakyReLU 0.2 a scale,
 * 2x2 maximum on the way down, bilinear upsampling with a 3x3 convolution on the way up, and the whole of each scale
 * handed across, where the skip network hands four channels; a sigmoid at the end.
 * @param seed of the role `network`, for the initial weights.
 * @throws RangeError when a channel count or the size of an input does not fit.
 */
export function createDipUnet(
  { filters = [32, 64, 128, 256], inputChannels = 32, outputChannels = 3 }: DipUnetOptions,
  seed: number,
): DipNetwork {
  checkChannels(filters, inputChannels, outputChannels);
  const random = openStream(seed, "network", "dip-unet");
  const parameters: Parameters = {};
  const addBlock = (name: string, inputs: number, outputs: number) => {
    addConvolution(parameters, `${name}.conv`, { kernel: 3, inputs, outputs, random });
    addScaleAndShift(parameters, `${name}.norm`, outputs);
  };
  const applyBlock = (name: string, x: tf.Tensor4D): tf.Tensor4D => {
    const y = convolve(parameters, `${name}.conv`, x, { padding: "reflection", bias: false });
    return batchNorm(parameters, `${name}.norm`, y, { slope: 0.2 });
  };
  filters.forEach((width, scale) => {
    addBlock(`down.${scale}.0`, filters[scale - 1] ?? inputChannels, width);
    addBlock(`down.${scale}.1`, width, width);
    const below = filters[scale + 1];
    if (below === undefined) return;
    addBlock(`up.${scale}.enlarge`, below, width);
    addBlock(`up.${scale}.0`, 2 * width, width);
    addBlock(`up.${scale}.1`, width, width);
  });
  addConvolution(parameters, "output", { kernel: 1, inputs: filters[0] as number, outputs: outputChannels, random });

  const applyScale = (scale: number, x: tf.Tensor4D): tf.Tensor4D => {
    const here = applyBlock(`down.${scale}.1`, applyBlock(`down.${scale}.0`, x));
    if (scale + 1 === filters.length) return here;
    const below = applyScale(scale + 1, tf.maxPool(here, 2, 2, "valid"));
    const enlarged = applyBlock(`up.${scale}.enlarge`, upsampleTwice(below, "bilinear"));
    return applyBlock(`up.${scale}.1`, applyBlock(`up.${scale}.0`, tf.concat([here, enlarged], 3)));
  };
  return createPrior({
    name: "U-Net",
    parameters,
    multiple: 2 ** (filters.length - 1),
    channels: inputChannels,
    forward: (x) => convolve(parameters, "output", applyScale(0, x)),
  });
}
