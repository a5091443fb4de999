import { paddings, tf } from "../runtime";
import { readFeatureNetwork, requireColour } from "./features";
import { requireSameShape } from "./psnr";

export interface PerceptualDistance {
  /** What the distance is called beside every number of it. */
  readonly name: string;
  /**
   * @param a [batch, height, width, 3] in [0, 1], clipped to it; sides of at least 21 pixels. @param b of the same shape.
   * @returns one distance an image, without a unit: 0 for equal images, larger the more they differ, the same for (b, a).
   * @throws RangeError when the shapes differ, a side is too short or the images do not have three channels.
   */
  distance(a: tf.Tensor4D, b: tf.Tensor4D): number[];
  dispose(): void;
}

/** The kind that the file names itself, by which another network's weights are told. */
const kind = "stlpips-alex";

/** Layers: channels in and out, the side of the kernel, and whether a maximum over 3x3 pixels and a blur stand before it. */
const layers = [
  { inputs: 3, outputs: 64, side: 11, isPooled: false },
  { inputs: 64, outputs: 192, side: 5, isPooled: true },
  { inputs: 192, outputs: 384, side: 3, isPooled: true },
  { inputs: 384, outputs: 256, side: 3, isPooled: false },
  { inputs: 256, outputs: 256, side: 3, isPooled: false },
] as const;

/** The frame of two pixels that the first convolution gets as zeros, and every blur by mirroring. */
const margins = paddings([2, 2]);

/** Below it a map becomes too small to be mirrored at its edges. */
const leastSide = 21;

/** Mean and standard deviation of ImageNet's colours, moved to [-1, 1]. */
const colours = { mean: [-0.03, -0.088, -0.188], deviation: [0.458, 0.448, 0.45] };

type Weights = Record<string, tf.Tensor>;

const shapes: Record<string, readonly number[]> = Object.fromEntries(
  layers.flatMap(({ inputs, outputs, side }, place) => [
    [`layer.${place}.weight`, [side, side, inputs, outputs]],
    [`layer.${place}.bias`, [outputs]],
    [`head.${place}.weight`, [outputs]],
  ]),
);

/**
 * Shift-tolerant LPIPS (Ghildyal and Liu 2022) with its AlexNet: d = sum_l mean_p sum_c w_lc (f_lpc(a) - f_lpc(b))^2, where
 * f_l are the channels c at the pixels p of layer l, each pixel's divided by their Euclidean norm, and w >= 0 was fitted to what
 * people see (LPIPS: Zhang et al. 2018, eq. 1). Its strides are blurs and it was trained with w, so that a shift by a pixel
 * changes little. Distances from it compare only with one another, not with LPIPS.
 * @param file safetensors of the weights; data/checkpoints has them, with their origin.
 * @throws Error naming the file when it is missing, damaged or holds another network.
 */
export function loadPerceptual(file: string): PerceptualDistance {
  const { tensors, metadata } = readFeatureNetwork(file, { kind, names: Object.keys(shapes) });
  const wrong = Object.entries(shapes).find(([name, shape]) => tensors[name]?.shape.join() !== shape.join());
  if (wrong) {
    const [name, shape] = wrong;
    tf.dispose(tensors);
    throw new Error(`${file} holds no ${kind}: "${name}" is [${tensors[name]?.shape}], want [${shape}]`);
  }
  const name = metadata.name ?? kind;
  return {
    name,
    distance(a, b) {
      requireSameShape(a, b);
      requireColour(a);
      const [, height, width] = a.shape;
      if (Math.min(height, width) < leastSide) {
        throw new RangeError(`${name} needs sides of at least ${leastSide}, got ${width}x${height}`);
      }
      return tf.tidy(() => {
        const [ofA, ofB] = [describe(tensors, a), describe(tensors, b)];
        const parts = ofA.map((features, place) => {
          const squares = tf.squaredDifference(features, ofB[place] as tf.Tensor4D);
          return squares
            .mul(tensors[`head.${place}.weight`] as tf.Tensor)
            .sum<tf.Tensor3D>(3)
            .mean<tf.Tensor1D>([1, 2]);
        });
        return Array.from(tf.addN(parts).dataSync<"float32">());
      });
    },
    dispose: () => tf.dispose(tensors),
  };
}

/** The channels of every layer, of each pixel divided by their norm. */
function describe(weights: Weights, images: tf.Tensor4D): tf.Tensor4D[] {
  const moved = images.clipByValue(0, 1).mul<tf.Tensor4D>(2).sub<tf.Tensor4D>(1);
  let x = moved.sub<tf.Tensor4D>(colours.mean).div<tf.Tensor4D>(colours.deviation);
  return layers.map(({ isPooled }, place) => {
    const [weight, bias] = ["weight", "bias"].map((part) => weights[`layer.${place}.${part}`]) as [
      tf.Tensor4D,
      tf.Tensor,
    ];
    const convolve = (input: tf.Tensor4D, pad: "same" | "valid") =>
      tf.conv2d(input, weight, 1, pad).add<tf.Tensor4D>(bias);
    if (place === 0) x = blurTwofold(convolve(tf.pad(x, margins), "valid")).relu();
    else x = convolve(isPooled ? blurTwofold(tf.maxPool(x, 3, 1, "valid")) : x, "same").relu();
    return x.div<tf.Tensor4D>(x.square().sum(3, true).sqrt().add(1e-10));
  });
}

/** Halves the sides: mirrored by two pixels at the edges, then every second value of a blur by [1, 2, 1] / 4 down and across. */
function blurTwofold(x: tf.Tensor4D): tf.Tensor4D {
  const line = tf.tensor1d([1 / 4, 1 / 2, 1 / 4]);
  const kernel = tf.outerProduct(line, line).reshape([3, 3, 1, 1]).tile([1, 1, x.shape[3], 1]) as tf.Tensor4D;
  return tf.depthwiseConv2d(tf.mirrorPad(x, margins, "reflect"), kernel, 2, "valid");
}
