import {
  addConvolution,
  addScaleAndShift,
  batchNorm,
  type ConvolutionOptions,
  convolve,
  type Parameters,
  type UpsamplingMode,
  upsampleTwice,
} from "../../nn";
import { openStream, tf } from "../../runtime";
import { checkChannels, createPrior, type DipNetwork } from "../network";

/** Shape of the skip network; the defaults are the paper's for denoising. */
export interface SkipNetworkOptions {
  /** Channels of each scale, from the finest; its length is the depth. */
  filters?: number[];
  /** Channels of the 1x1 skip connection of each scale, or of all of them; 0 for none: an hourglass. */
  skipFilters?: number | number[];
  inputChannels?: number;
  outputChannels?: number;
  upsampling?: UpsamplingMode;
  /** Sides of the convolutions on the way down and on the way up; odd numbers. */
  kernels?: { down: number; up: number };
  /** Whether a 1x1 convolution follows each stage of the way up. */
  pointwise?: boolean;
}

/**
 * The encoder-decoder with skip connections of the Deep Image Prior (Ulyanov, Vedaldi, Lempitsky 2018),
 * in the structure of the authors' code: reflection padding, batch norm, LeakyReLU 0.2, strided downsampling,
 * a 1x1 convolution after each decoder stage, a sigmoid at the end.
 * With the defaults it has 2,217,831 parameters.
 * @param seed of the role `network`, for the initial weights.
 * @returns a network from [batch, height, width, inputChannels] to images of the same size in (0, 1);
 *   height and width divisible by 2^depth.
 * @throws RangeError when a size or a channel count does not fit.
 */
export function createSkipNetwork(
  {
    filters = [128, 128, 128, 128, 128],
    skipFilters = 4,
    inputChannels = 32,
    outputChannels = 3,
    upsampling = "bilinear",
    kernels = { down: 3, up: 3 },
    pointwise = true,
  }: SkipNetworkOptions,
  seed: number,
): DipNetwork {
  checkChannels(filters, inputChannels, outputChannels);
  for (const side of [kernels.down, kernels.up]) {
    if (!Number.isInteger(side) || side < 1 || side % 2 === 0) {
      throw new RangeError(`kernels: got ${side}, want an odd number above 0`);
    }
  }
  const skips = typeof skipFilters === "number" ? filters.map(() => skipFilters) : skipFilters;
  if (skips.length !== filters.length) {
    throw new RangeError(`skipFilters: got ${skips.length} counts, want one for each of ${filters.length} scales`);
  }
  const random = openStream(seed, "network", "skip");
  const parameters: Parameters = {};
  const addBlock = (name: string, kernel: number, inputs: number, outputs: number) => {
    addConvolution(parameters, `${name}.conv`, { kernel, inputs, outputs, random });
    addScaleAndShift(parameters, `${name}.norm`, outputs);
  };
  /** @param margin of the next convolution, where nothing else uses the result. */
  const applyBlock = (name: string, x: tf.Tensor4D, options: ConvolutionOptions, margin = 0): tf.Tensor4D => {
    const y = convolve(parameters, `${name}.conv`, x, { ...options, bias: false });
    return batchNorm(parameters, `${name}.norm`, y, { slope: 0.2, margin });
  };

  filters.forEach((width, scale) => {
    const above = scale === 0 ? inputChannels : (filters[scale - 1] as number);
    const below = filters[scale + 1] ?? width;
    const skip = skips[scale] as number;
    if (skip > 0) addBlock(`skip.${scale}`, 1, above, skip);
    addBlock(`down.${scale}.0`, kernels.down, above, width);
    addBlock(`down.${scale}.1`, kernels.down, width, width);
    addScaleAndShift(parameters, `up.${scale}.join`, skip + below);
    addBlock(`up.${scale}.0`, kernels.up, skip + below, width);
    if (pointwise) addBlock(`up.${scale}.1`, 1, width, width);
  });
  addConvolution(parameters, "output", { kernel: 1, inputs: filters[0] as number, outputs: outputChannels, random });

  const margins = { down: (kernels.down - 1) / 2, up: (kernels.up - 1) / 2 };
  const applyScale = (scale: number, x: tf.Tensor4D): tf.Tensor4D => {
    const halved = applyBlock(`down.${scale}.0`, x, { stride: 2, padding: "reflection" }, margins.down);
    let deep = applyBlock(`down.${scale}.1`, halved, { padding: "none" });
    if (scale + 1 < filters.length) deep = applyScale(scale + 1, deep);
    const enlarged = upsampleTwice(deep, upsampling);
    const joined = skips[scale] ? tf.concat([applyBlock(`skip.${scale}`, x, {}), enlarged], 3) : enlarged;
    const normalised = batchNorm(parameters, `up.${scale}.join`, joined, { margin: margins.up });
    const merged = applyBlock(`up.${scale}.0`, normalised, { padding: "none" });
    return pointwise ? applyBlock(`up.${scale}.1`, merged, {}) : merged;
  };
  return createPrior({
    name: "skip network",
    parameters,
    multiple: 2 ** filters.length,
    channels: inputChannels,
    forward: (x) => convolve(parameters, "output", applyScale(0, x)),
  });
}
