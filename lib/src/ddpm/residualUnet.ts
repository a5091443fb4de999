import {
  addConvolution,
  addLabels,
  addLinear,
  addParameter,
  applyLinear,
  convolve,
  filmSilu,
  type Parameters,
  parameter,
  silu,
  spreadBlocks,
  stackBlocks,
  withLabels,
} from "../nn";
import { lookUp, openStream, requireCounts, requireWhole, tf } from "../runtime";
import type { PredictorContext } from "./noisePredictor";
import type { NoiseSchedule } from "./schedule";
import { assembleUnet, type Unet } from "./unet";

export interface ResidualUnetOptions {
  /** Channels of each level, from the finest. */
  widths: readonly number[];
  /** Residual blocks of each level: on the way down and again on the way up; the coarsest has them once. */
  blocks: readonly number[];
  /** Width of the embedding of the noise level. */
  embedding?: number;
  /** Number of classes that an image may be labelled with; without labels where left out. */
  classes?: number;
  imageChannels?: number;
}

/** Frequencies of the noise level's embedding, a sine and a cosine each. */
const frequencies = Array.from({ length: 16 }, (_, i) => Math.exp(0.4 * i - 2.5));

/**
 * A U-Net for restoration, after DRUNet (Zhang et al. 2021): residual blocks without normalisation, strided 2x2 convolutions
 * down, transposed ones up, skips that are added. Unlike DRUNet it is told the noise level by an embedding of ln(sigma_t),
 * sigma_t = sqrt((1 - alphaBar)/alphaBar), that scales and shifts the channels of every block (FiLM, Perez et al. 2018), and
 * predicts the velocity (Salimans and Ho 2022): with sigma_data = 1 the preconditioning of Karras et al. 2022, table 1.
 * @param seed of the role `network`.
 * @returns what it predicts of (x_t, t): x_t [batch, height, width, imageChannels] in model range, t [batch].
 * @throws RangeError when the options or the size of an input do not fit.
 */
export function createResidualUnet(
  { widths, blocks, embedding = 64, classes = 0, imageChannels = 3 }: ResidualUnetOptions,
  schedule: NoiseSchedule,
  seed: number,
): Unet {
  requireShape(widths, blocks);
  requireWhole({ classes }, 0);
  const random = openStream(seed, "network", "residual-unet");
  const parameters: Parameters = {};
  const finest = widths[0] as number;
  const last = widths.length - 1;
  const convolution = (name: string, kernel: number, inputs: number, outputs: number) =>
    addConvolution(parameters, name, { kernel, inputs, outputs, random });

  addLinear(parameters, "level.0", { inputs: 2 * frequencies.length, outputs: embedding, random });
  addLinear(parameters, "level.1", { inputs: embedding, outputs: embedding, random });
  addLabels(parameters, { classes, size: embedding, random });
  const addBlocks = (place: string, level: number) => {
    const width = widths[level] as number;
    for (let block = 0; block < (blocks[level] as number); block++) {
      const name = `${place}.${level}.${block}`;
      convolution(`${name}.conv1`, 3, width, width);
      // Zeros: every block starts without scale and shift.
      addParameter(parameters, `${name}.film.weight`, tf.zeros([embedding, 2 * width]));
      addParameter(parameters, `${name}.film.bias`, tf.zeros([2 * width]));
      convolution(`${name}.conv2`, 3, width, width);
    }
  };
  convolution("input", 3, imageChannels, finest);
  widths.forEach((width, level) => {
    addBlocks("down", level);
    if (level < last) convolution(`down.${level}.shrink`, 1, 4 * width, widths[level + 1] as number);
  });
  for (let level = last - 1; level >= 0; level--) {
    convolution(`up.${level}.enlarge`, 1, widths[level + 1] as number, 4 * (widths[level] as number));
    addBlocks("up", level);
  }
  convolution("output", 3, finest, imageChannels);

  const logSigmas = Array.from(schedule.alphaBar, (value) => Math.log(Math.max((1 - value) / value, 1e-12)) / 2);
  const embed = (steps: tf.Tensor1D, labels?: tf.Tensor1D): tf.Tensor2D => {
    const levels = lookUp(tf.tensor1d(logSigmas), steps.round().cast("int32")).expandDims(1);
    const angles = levels.mul(tf.tensor2d(frequencies, [1, frequencies.length]));
    const waves = tf.concat([angles.sin(), angles.cos()], 1) as tf.Tensor2D;
    const level = applyLinear(parameters, "level.1", silu(applyLinear(parameters, "level.0", waves)));
    return silu(withLabels(parameters, level, { classes, labels, steps }));
  };
  const applyBlocks = (place: string, level: number, x: tf.Tensor4D, told: tf.Tensor2D): tf.Tensor4D => {
    // A tidy a block: without a tape, as where a step is recorded, no more than one block's tensors are held.
    const applyBlock = (y: tf.Tensor4D, name: string): tf.Tensor4D =>
      tf.tidy(() => {
        const film = tf.split(applyLinear(parameters, `${name}.film`, told), 2, 1);
        const [scale, shift] = film as [tf.Tensor2D, tf.Tensor2D];
        const first = convolve(parameters, `${name}.conv1`, y, { bias: false });
        const inner = filmSilu(first, { bias: parameter(parameters, `${name}.conv1.bias`), scale, shift });
        return convolve(parameters, `${name}.conv2`, inner, { added: y });
      });
    let y = x;
    for (let block = 0; block < (blocks[level] as number); block++) y = applyBlock(y, `${place}.${level}.${block}`);
    return y;
  };
  const goDown = (xt: tf.Tensor4D, told: tf.Tensor2D): tf.Tensor4D[] => {
    const found: tf.Tensor4D[] = [];
    let x = convolve(parameters, "input", xt);
    widths.forEach((_, level) => {
      x = applyBlocks("down", level, x, told);
      found.push(x);
      if (level < last) x = convolve(parameters, `down.${level}.shrink`, stackBlocks(x));
    });
    return found;
  };
  const apply = (xt: tf.Tensor4D, steps: tf.Tensor1D, context?: PredictorContext): tf.Tensor4D => {
    const told = embed(steps, context?.labels);
    const skips = goDown(xt, told);
    const goUp = (x: tf.Tensor4D, level: number): tf.Tensor4D =>
      tf.tidy(() => {
        const enlarged = spreadBlocks(convolve(parameters, `up.${level}.enlarge`, x));
        return applyBlocks("up", level, enlarged.add(skips[level] as tf.Tensor4D), told);
      });
    let x = skips[last] as tf.Tensor4D;
    for (let level = last - 1; level >= 0; level--) x = goUp(x, level);
    return convolve(parameters, "output", x);
  };
  const encode = (xt: tf.Tensor4D, steps: tf.Tensor1D) => goDown(xt, embed(steps));
  const kind = { prediction: "velocity", multiple: 2 ** last, imageChannels, conditionChannels: 0, classes } as const;
  return assembleUnet("residual U-Net", { parameters, ...kind, apply, encode });
}

function requireShape(widths: readonly number[], blocks: readonly number[]): void {
  if (widths.length === 0) throw new RangeError("widths: got an empty list, want one a level");
  if (blocks.length !== widths.length) {
    throw new RangeError(`blocks: got ${blocks.length} numbers, want ${widths.length}, one a level`);
  }
  for (const width of widths) requireCounts({ widths: width });
  for (const count of blocks) requireCounts({ blocks: count });
}
