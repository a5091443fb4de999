import { paddings, type RandomStream, runNative, tf, usesKernels } from "../runtime";
import { reluGradient } from "./activation";
import { addBias, biasGradient } from "./addBias";
import { addWeightAndBias, type Parameters, parameter } from "./parameters";
import { reflectionPad } from "./reflectionPad";
import { upsampleTwice } from "./resampling";
import { withGradient } from "./withGradient";

/** Adds the weight [kernel, kernel, in, out] and the bias [out] of a convolution. */
export function addConvolution(
  parameters: Parameters,
  name: string,
  { kernel, inputs, outputs, random }: { kernel: number; inputs: number; outputs: number; random: RandomStream },
): void {
  addWeightAndBias(parameters, name, [kernel, kernel, inputs, outputs], random);
}

/** Options of a convolution; the defaults keep the size and pad with zeros. */
export interface ConvolutionOptions {
  stride?: 1 | 2;
  /** "none" for an input that has its margin already. */
  padding?: "zero" | "reflection" | "none";
  /** `false` leaves the bias out, though the parameter is there: before a batch norm, which takes it away again. */
  bias?: boolean;
  /** Convolves x enlarged twice by its nearest neighbours. With stride 1. */
  enlarged?: boolean;
  /** Added to the result in the same pass. */
  added?: tf.Tensor4D;
  /** Negative values of the result are made 0, in the same pass. */
  relu?: boolean;
}

/**
 * Convolution with bias, PyTorch's padding convention: (kernel - 1)/2 on every side, whatever the stride.
 * @param x [batch, height, width, in].
 */
export function convolve(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { stride = 1, padding = "zero", bias = true, enlarged = false, added, relu = false }: ConvolutionOptions = {},
): tf.Tensor4D {
  const weight = parameter(parameters, `${name}.weight`) as unknown as tf.Tensor4D;
  const margin = (weight.shape[0] - 1) / 2;
  return tf.tidy(() => {
    const terms = { bias: bias ? parameter(parameters, `${name}.bias`) : undefined, added };
    const padded = padding === "reflection" && margin > 0 ? reflectionPad(x, margin) : x;
    const settings = { margin: padding === "zero" ? margin : 0, enlarged, relu };
    if (stride === 1 && usesKernels() && isQuicker(padded, weight, settings))
      return filterMinimally(padded, weight, terms, settings);
    return composeConvolution(padded, weight, terms, { ...settings, stride });
  });
}

/** What is added to a convolution. */
export interface ConvolutionTerms {
  bias?: tf.Tensor | undefined;
  added?: tf.Tensor4D | undefined;
}

/** Where a convolution has zeros, what it is applied to, and what is applied to it. */
export interface ConvolutionSettings {
  /** Zeros on every side. */
  margin: number;
  enlarged: boolean;
  relu: boolean;
}

/** Channels and tiles of an image from which the kernel is quicker than TensorFlow's op. */
const [fewestChannels, fewestTiles] = [12, 4];

/**
 * Whether the kernel is quicker. It transforms all weights however few pixels there are, and a few channels leave the vectors of
 * the processor empty. The batch is not asked: a step that is recorded may be run at any.
 */
function isQuicker(x: tf.Tensor4D, weight: tf.Tensor4D, { margin, enlarged }: ConvolutionSettings): boolean {
  const [, height, width, inputs] = x.shape;
  const tiles = (side: number) => Math.ceil(((enlarged ? 2 * side : side) + 2 * margin - 2) / 4);
  return weight.shape[0] === 3 && inputs >= fewestChannels && tiles(height) * tiles(width) >= fewestTiles;
}

/**
 * A 3x3 convolution by minimal filtering (Winograd 1980; Lavin & Gray 2016, section 4, with tiles of 4x4 pixels), by a kernel of
 * our own (`lib/src/native/convolution.c`): a quarter of the multiplications, rounded about four times as coarsely, each relative
 * to the largest values of its tile.
 * @param x [batch, height, width, in], finite: an infinite value makes its tile NaN. @param weight [3, 3, in, out].
 */
export function filterMinimally(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  { bias, added }: ConvolutionTerms,
  { margin, enlarged, relu }: ConvolutionSettings,
): tf.Tensor4D {
  const attributes = { int: { margin }, bool: { enlarged } };
  const native = (op: string, ...inputs: tf.Tensor[]) => runNative(op, attributes, inputs, 1)[0] as tf.Tensor4D;
  const inputs = [x, weight, bias ?? none(), added ?? none()];
  return withGradient(inputs, (save) => {
    const own = { ...attributes, bool: { enlarged, relu } };
    const value = runNative("DdpmDipConvolution", own, inputs, 1)[0] as tf.Tensor;
    save([x, weight, ...(relu ? [value] : [])]);
    return {
      value,
      gradient: (dy, saved) => {
        const [image, filter, shown] = saved as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D?];
        const back = (shown ? reluGradient(dy, shown) : dy) as tf.Tensor4D;
        // The gradient with respect to x convolves dy: a few outputs are few channels there.
        const isNarrow = !enlarged && back.shape[3] < fewestChannels;
        const pad = margin === 0 ? "valid" : "same";
        return [
          isNarrow
            ? tf.conv2dTranspose(back, filter, image.shape, 1, pad)
            : native("DdpmDipConvolutionGradInput", back, filter),
          native("DdpmDipConvolutionGradWeight", image, back),
          bias ? biasGradient(back) : none(),
          added ? back : none(),
        ];
      },
    };
  });
}

/** A convolution by TensorFlow's op, of any size and stride: on a GPU, where the kernel is slower, and as its reference. */
export function composeConvolution(
  x: tf.Tensor4D,
  weight: tf.Tensor4D,
  { bias, added }: ConvolutionTerms,
  { margin, enlarged, relu, stride = 1 }: ConvolutionSettings & { stride?: 1 | 2 },
): tf.Tensor4D {
  const image = enlarged ? upsampleTwice(x, "nearest") : x;
  const isSame = stride === 1 && 2 * margin === weight.shape[0] - 1;
  const padded = isSame || margin === 0 ? image : tf.pad(image, paddings([margin, margin]));
  const product = tf.conv2d(padded, weight, stride, isSame ? "same" : "valid");
  const withBias = bias ? addBias(product, bias) : product;
  const sum = added ? withBias.add<tf.Tensor4D>(added) : withBias;
  return relu ? sum.relu() : sum;
}

const none = () => tf.tensor1d([]);
