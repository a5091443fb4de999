import {
  addConvolution,
  addLinear,
  addScaleAndShift,
  applyLinear,
  convolve,
  convolveEnlarged,
  disposeParameters,
  embedSteps,
  groupNorm,
  type Network,
  type Parameters,
  silu,
} from "../nn";
import { openStream, tf } from "../runtime";

/** Shape of the noise predictor. */
export interface UnetOptions {
  /** Channels of the finest level, divisible by 8. */
  baseChannels?: number;
  /** Channels of each level in multiples of the base, from the finest. */
  multipliers?: number[];
  /** Residual blocks of each level on the way down; the way up has as many. */
  blocks?: number;
  imageChannels?: number;
}

/**
 * A U-Net that predicts the noise in x_t (Ho et al. 2020, appendix B): residual blocks of GroupNorm, SiLU and
 * 3x3 convolutions with the time embedding added between them, strided convolutions down, nearest-neighbour
 * upsampling with a convolution up, concatenated skips, no attention; so it runs on any size that its strides divide.
 * @param seed of the role `network`.
 * @returns epsTheta(x_t, t): x_t [batch, height, width, imageChannels] in model range, t [batch].
 * @throws RangeError when the options or the size of an input do not fit.
 */
export function createUnet(
  { baseChannels = 32, multipliers = [1, 2, 2], blocks = 1, imageChannels = 3 }: UnetOptions,
  seed: number,
): Network<[tf.Tensor4D, tf.Tensor1D]> {
  if (!Number.isInteger(baseChannels) || baseChannels < 8 || baseChannels % 8 !== 0) {
    throw new RangeError(`baseChannels: got ${baseChannels}, want a multiple of 8`);
  }
  if (multipliers.length === 0) throw new RangeError("multipliers: got an empty list, want one a level");
  const random = openStream(seed, "network", "unet");
  const parameters: Parameters = {};
  const embeddingSize = baseChannels * 4;
  const widths = multipliers.map((multiplier) => baseChannels * multiplier);
  const levels = widths.length;

  const addBlock = (name: string, inputs: number, outputs: number) => {
    addScaleAndShift(parameters, `${name}.norm1`, inputs);
    addConvolution(parameters, `${name}.conv1`, { kernel: 3, inputs, outputs, random });
    addLinear(parameters, `${name}.time`, { inputs: embeddingSize, outputs, random });
    addScaleAndShift(parameters, `${name}.norm2`, outputs);
    addConvolution(parameters, `${name}.conv2`, { kernel: 3, inputs: outputs, outputs, random });
    if (inputs !== outputs) addConvolution(parameters, `${name}.shortcut`, { kernel: 1, inputs, outputs, random });
  };
  const applyBlock = (name: string, x: tf.Tensor4D, time: tf.Tensor2D): tf.Tensor4D => {
    const first = convolve(
      parameters,
      `${name}.conv1`,
      groupNorm(parameters, `${name}.norm1`, x, { activation: "silu" }),
    );
    const shift = applyLinear(parameters, `${name}.time`, time);
    const timed = first.add<tf.Tensor4D>(shift.expandDims(1).expandDims(1));
    const second = convolve(
      parameters,
      `${name}.conv2`,
      groupNorm(parameters, `${name}.norm2`, timed, { activation: "silu" }),
    );
    const shortcut = `${name}.shortcut.weight` in parameters ? convolve(parameters, `${name}.shortcut`, x) : x;
    return shortcut.add(second);
  };

  addLinear(parameters, "time.0", { inputs: baseChannels, outputs: embeddingSize, random });
  addLinear(parameters, "time.1", { inputs: embeddingSize, outputs: embeddingSize, random });
  addConvolution(parameters, "input", { kernel: 3, inputs: imageChannels, outputs: baseChannels, random });
  let channels = baseChannels;
  const skipChannels: number[] = [];
  widths.forEach((width, level) => {
    for (let block = 0; block < blocks; block++) {
      addBlock(`down.${level}.${block}`, channels, width);
      channels = width;
      skipChannels.push(channels);
    }
    if (level + 1 < levels) {
      addConvolution(parameters, `down.${level}.shrink`, { kernel: 3, inputs: channels, outputs: channels, random });
    }
  });
  addBlock("middle.0", channels, channels);
  addBlock("middle.1", channels, channels);
  for (let level = levels - 1; level >= 0; level--) {
    const width = widths[level] as number;
    for (let block = 0; block < blocks; block++) {
      addBlock(`up.${level}.${block}`, channels + (skipChannels.pop() as number), width);
      channels = width;
    }
    if (level > 0) {
      addConvolution(parameters, `up.${level}.enlarge`, { kernel: 3, inputs: channels, outputs: channels, random });
    }
  }
  addScaleAndShift(parameters, "output.norm", channels);
  addConvolution(parameters, "output.conv", { kernel: 3, inputs: channels, outputs: imageChannels, random });

  const multiple = 2 ** (levels - 1);
  const apply = (xt: tf.Tensor4D, steps: tf.Tensor1D): tf.Tensor4D => {
    const embedded = silu(applyLinear(parameters, "time.0", embedSteps(steps, baseChannels)));
    const time = silu(applyLinear(parameters, "time.1", embedded));
    let x = convolve(parameters, "input", xt);
    const skips: tf.Tensor4D[] = [];
    for (let level = 0; level < levels; level++) {
      for (let block = 0; block < blocks; block++) {
        x = applyBlock(`down.${level}.${block}`, x, time);
        skips.push(x);
      }
      if (level + 1 < levels) x = convolve(parameters, `down.${level}.shrink`, x, { stride: 2 });
    }
    x = applyBlock("middle.1", applyBlock("middle.0", x, time), time);
    for (let level = levels - 1; level >= 0; level--) {
      for (let block = 0; block < blocks; block++) {
        x = applyBlock(`up.${level}.${block}`, tf.concat([x, skips.pop() as tf.Tensor4D], 3), time);
      }
      if (level > 0) x = convolveEnlarged(parameters, `up.${level}.enlarge`, x);
    }
    return convolve(parameters, "output.conv", groupNorm(parameters, "output.norm", x, { activation: "silu" }));
  };
  return {
    parameters,
    apply(xt, steps) {
      const [, height, width, found] = xt.shape;
      if (height % multiple !== 0 || width % multiple !== 0 || found !== imageChannels) {
        throw new RangeError(
          `U-Net: got images of ${width}x${height} with ${found} channels, ` +
            `want sides divisible by ${multiple} and ${imageChannels} channels`,
        );
      }
      return tf.tidy(() => apply(xt, steps));
    },
    dispose: () => disposeParameters(parameters),
  };
}
