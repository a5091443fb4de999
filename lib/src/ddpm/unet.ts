import {
  addConvolution,
  addLabels,
  addLinear,
  addScaleAndShift,
  addSelfAttention,
  applyLinear,
  convolve,
  disposeParameters,
  embedSteps,
  groupNorm,
  type Parameters,
  requireImages,
  selfAttention,
  silu,
  withLabels,
} from "../nn";
import { openStream, requireWhole, tf } from "../runtime";
import type { PredictorContext, TrainedPredictor } from "./noisePredictor";
import type { Prediction } from "./prediction";

export interface UnetOptions {
  /** Channels of the finest level, divisible by 8. */
  baseChannels?: number;
  /** Channels of each level in multiples of the base, from the finest. */
  multipliers?: number[];
  /** Residual blocks of each level on the way down; the way up has as many. */
  blocks?: number;
  imageChannels?: number;
  /** Channels that are told beside x_t, and not predicted: what the images are conditioned on. */
  conditionChannels?: number;
  /** Levels, 0 the finest, with self-attention after each block, and then in the middle too; none by default. */
  attentionLevels?: number[];
  heads?: number;
  /** Number of classes that an image may be labelled with; without labels where left out. */
  classes?: number;
  prediction?: Prediction;
}

/** The U-Net, with what it was made for. */
export interface Unet extends TrainedPredictor {
  readonly prediction: Prediction;
  readonly imageChannels: number;
  readonly conditionChannels: number;
  /** The label that stands for none is this number, one past the last class; 0 where there are no classes. */
  readonly classes: number;
  /**
   * What the way down makes of x_t, level by level from the finest: [batch, height / 2^k, width / 2^k, channels] each, after
   * the last block of the level. Features for a perceptual distance.
   */
  encode(xt: tf.Tensor4D, steps: tf.Tensor1D): tf.Tensor4D[];
}

/** A U-Net of its parts, named in the error for images that do not fit it. */
export function assembleUnet(name: string, parts: Omit<Unet, "dispose">): Unet {
  const { multiple, imageChannels, conditionChannels } = parts;
  const check = (xt: tf.Tensor4D) => requireImages(name, xt, { multiple, channels: imageChannels + conditionChannels });
  return {
    ...parts,
    apply(xt, steps, context) {
      check(xt);
      return tf.tidy(() => parts.apply(xt, steps, context));
    },
    encode(xt, steps) {
      check(xt);
      return tf.tidy(() => parts.encode(xt, steps));
    },
    dispose: () => disposeParameters(parts.parameters),
  };
}

/**
 * A U-Net that predicts the noise in x_t (Ho et al. 2020, appendix B): residual blocks of GroupNorm, SiLU and
 * 3x3 convolutions with the time embedding added between them, strided convolutions down, nearest-neighbour
 * upsampling with a convolution up, concatenated skips, self-attention where asked for. It runs on any size that its
 * strides divide; with attention best on that it was trained on.
 * @param seed of the role `network`.
 * @returns what it predicts of (x_t, t): x_t [batch, height, width, imageChannels] in model range, behind it in the channels
 *   what it is conditioned on where it is; t [batch].
 * @throws RangeError when the options or the size of an input do not fit.
 */
export function createUnet(
  {
    baseChannels = 32,
    multipliers = [1, 2, 2],
    blocks = 1,
    imageChannels = 3,
    conditionChannels = 0,
    attentionLevels = [],
    heads = 1,
    classes = 0,
    prediction = "noise",
  }: UnetOptions,
  seed: number,
): Unet {
  if (!Number.isInteger(baseChannels) || baseChannels < 8 || baseChannels % 8 !== 0) {
    throw new RangeError(`baseChannels: got ${baseChannels}, want a multiple of 8`);
  }
  if (multipliers.length === 0) throw new RangeError("multipliers: got an empty list, want one a level");
  const strange = attentionLevels.find((level) => !(level in multipliers));
  if (strange !== undefined) {
    throw new RangeError(`attentionLevels: got ${strange}, want whole numbers from 0 to ${multipliers.length - 1}`);
  }
  requireWhole({ classes }, 0);
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
  const addAttention = (name: string, channels: number) =>
    addSelfAttention(parameters, `${name}.attention`, { channels, random });
  const attend = (name: string, x: tf.Tensor4D): tf.Tensor4D =>
    `${name}.attention.norm.weight` in parameters ? selfAttention(parameters, `${name}.attention`, x, { heads }) : x;
  const composeBlock = (name: string, x: tf.Tensor4D, time: tf.Tensor2D): tf.Tensor4D => {
    const first = convolve(
      parameters,
      `${name}.conv1`,
      groupNorm(parameters, `${name}.norm1`, x, { activation: "silu" }),
    );
    const shift = applyLinear(parameters, `${name}.time`, time);
    const normal = groupNorm(parameters, `${name}.norm2`, first, { activation: "silu", shift });
    const shortcut = `${name}.shortcut.weight` in parameters ? convolve(parameters, `${name}.shortcut`, x) : x;
    return attend(name, convolve(parameters, `${name}.conv2`, normal, { added: shortcut }));
  };
  const applyBlock = (name: string, x: tf.Tensor4D, time: tf.Tensor2D) => tf.tidy(() => composeBlock(name, x, time));

  addLinear(parameters, "time.0", { inputs: baseChannels, outputs: embeddingSize, random });
  addLinear(parameters, "time.1", { inputs: embeddingSize, outputs: embeddingSize, random });
  addLabels(parameters, { classes, size: embeddingSize, random });
  addConvolution(parameters, "input", {
    kernel: 3,
    inputs: imageChannels + conditionChannels,
    outputs: baseChannels,
    random,
  });
  let channels = baseChannels;
  const skipChannels: number[] = [];
  widths.forEach((width, level) => {
    for (let block = 0; block < blocks; block++) {
      addBlock(`down.${level}.${block}`, channels, width);
      if (attentionLevels.includes(level)) addAttention(`down.${level}.${block}`, width);
      channels = width;
      skipChannels.push(channels);
    }
    if (level + 1 < levels) {
      addConvolution(parameters, `down.${level}.shrink`, { kernel: 3, inputs: channels, outputs: channels, random });
    }
  });
  addBlock("middle.0", channels, channels);
  if (attentionLevels.length > 0) addAttention("middle.0", channels);
  addBlock("middle.1", channels, channels);
  for (let level = levels - 1; level >= 0; level--) {
    const width = widths[level] as number;
    for (let block = 0; block < blocks; block++) {
      addBlock(`up.${level}.${block}`, channels + (skipChannels.pop() as number), width);
      if (attentionLevels.includes(level)) addAttention(`up.${level}.${block}`, width);
      channels = width;
    }
    if (level > 0) {
      addConvolution(parameters, `up.${level}.enlarge`, { kernel: 3, inputs: channels, outputs: channels, random });
    }
  }
  addScaleAndShift(parameters, "output.norm", channels);
  addConvolution(parameters, "output.conv", { kernel: 3, inputs: channels, outputs: imageChannels, random });

  const embed = (steps: tf.Tensor1D, labels?: tf.Tensor1D): tf.Tensor2D => {
    const embedded = silu(applyLinear(parameters, "time.0", embedSteps(steps, baseChannels)));
    const time = applyLinear(parameters, "time.1", embedded);
    return silu(withLabels(parameters, time, { classes, labels, steps }));
  };
  const goDown = (xt: tf.Tensor4D, time: tf.Tensor2D) => {
    let x = convolve(parameters, "input", xt);
    const skips: tf.Tensor4D[] = [];
    for (let level = 0; level < levels; level++) {
      for (let block = 0; block < blocks; block++) {
        x = applyBlock(`down.${level}.${block}`, x, time);
        skips.push(x);
      }
      if (level + 1 < levels) x = convolve(parameters, `down.${level}.shrink`, x, { stride: 2 });
    }
    return { x, skips };
  };
  const apply = (xt: tf.Tensor4D, steps: tf.Tensor1D, context?: PredictorContext): tf.Tensor4D => {
    const time = embed(steps, context?.labels);
    let { x, skips } = goDown(xt, time);
    x = applyBlock("middle.1", applyBlock("middle.0", x, time), time);
    for (let level = levels - 1; level >= 0; level--) {
      for (let block = 0; block < blocks; block++) {
        x = applyBlock(`up.${level}.${block}`, tf.concat([x, skips.pop() as tf.Tensor4D], 3), time);
      }
      if (level > 0) x = convolve(parameters, `up.${level}.enlarge`, x, { enlarged: true });
    }
    return convolve(parameters, "output.conv", groupNorm(parameters, "output.norm", x, { activation: "silu" }));
  };
  const encode = (xt: tf.Tensor4D, steps: tf.Tensor1D) =>
    goDown(xt, embed(steps)).skips.filter((_, place) => (place + 1) % blocks === 0);
  const multiple = 2 ** (levels - 1);
  const kind = { prediction, multiple, imageChannels, conditionChannels, classes };
  return assembleUnet("U-Net", { parameters, ...kind, apply, encode });
}
