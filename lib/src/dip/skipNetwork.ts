import {
  addConvolution,
  addScaleAndShift,
  batchNorm,
  convolve,
  disposeParameters,
  leakyRelu,
  type Network,
  type Parameters,
  type UpsamplingMode,
  upsampleTwice,
} from "../nn";
import { openStream, tf } from "../runtime";

/** Shape of the skip network; the defaults are the paper's for denoising. */
export interface SkipNetworkOptions {
  /** Channels of each scale, from the finest; its length is the depth. */
  filters?: number[];
  /** Channels of the 1x1 skip connection of each scale; 0 for none. */
  skipFilters?: number;
  /** Channels of the network's input. */
  inputChannels?: number;
  /** Channels of the image. */
  outputChannels?: number;
  upsampling?: UpsamplingMode;
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
  }: SkipNetworkOptions,
  seed: number,
): Network<[tf.Tensor4D]> {
  for (const count of [...filters, inputChannels, outputChannels]) {
    if (!Number.isInteger(count) || count < 1)
      throw new RangeError(`channels: got ${count}, want a whole number above 0`);
  }
  if (filters.length === 0) throw new RangeError("filters: got an empty list, want one count a scale");
  const random = openStream(seed, "network", "skip");
  const parameters: Parameters = {};
  const addBlock = (name: string, kernel: number, inputs: number, outputs: number) => {
    addConvolution(parameters, `${name}.conv`, { kernel, inputs, outputs, random });
    addScaleAndShift(parameters, `${name}.norm`, outputs);
  };
  const applyBlock = (name: string, x: tf.Tensor4D, stride: 1 | 2 = 1): tf.Tensor4D => {
    const y = convolve(parameters, `${name}.conv`, x, { stride, padding: "reflection", bias: false });
    return leakyRelu(batchNorm(parameters, `${name}.norm`, y), 0.2);
  };

  filters.forEach((width, scale) => {
    const above = scale === 0 ? inputChannels : (filters[scale - 1] as number);
    const below = filters[scale + 1] ?? width;
    if (skipFilters > 0) addBlock(`skip.${scale}`, 1, above, skipFilters);
    addBlock(`down.${scale}.0`, 3, above, width);
    addBlock(`down.${scale}.1`, 3, width, width);
    addScaleAndShift(parameters, `up.${scale}.join`, skipFilters + below);
    addBlock(`up.${scale}.0`, 3, skipFilters + below, width);
    addBlock(`up.${scale}.1`, 1, width, width);
  });
  addConvolution(parameters, "output", {
    kernel: 1,
    inputs: filters[0] as number,
    outputs: outputChannels,
    random,
  });

  const applyScale = (scale: number, x: tf.Tensor4D): tf.Tensor4D => {
    let deep = applyBlock(`down.${scale}.1`, applyBlock(`down.${scale}.0`, x, 2));
    if (scale + 1 < filters.length) deep = applyScale(scale + 1, deep);
    const enlarged = upsampleTwice(deep, upsampling);
    const joined = skipFilters > 0 ? tf.concat([applyBlock(`skip.${scale}`, x), enlarged], 3) : enlarged;
    const normalised = batchNorm(parameters, `up.${scale}.join`, joined);
    return applyBlock(`up.${scale}.1`, applyBlock(`up.${scale}.0`, normalised));
  };
  const multiple = 2 ** filters.length;
  return {
    parameters,
    apply(x) {
      const [, height, width, channels] = x.shape;
      if (height % multiple !== 0 || width % multiple !== 0 || channels !== inputChannels) {
        throw new RangeError(
          `skip network: got an input of ${width}x${height} with ${channels} channels, ` +
            `want sides divisible by ${multiple} and ${inputChannels} channels`,
        );
      }
      return tf.tidy(() => convolve(parameters, "output", applyScale(0, x)).sigmoid());
    },
    dispose: () => disposeParameters(parameters),
  };
}
