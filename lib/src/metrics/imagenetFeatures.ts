import { tf } from "../runtime";
import { convolveSame, type FeatureExtractor, loadExtractor } from "./features";

const side = 224;

/** Blocks of the network, stage by stage: how many, and the stride of the first. */
const stages = [
  { count: 1, stride: 1 },
  { count: 2, stride: 2 },
  { count: 2, stride: 2 },
  { count: 3, stride: 2 },
  { count: 3, stride: 1 },
  { count: 4, stride: 2 },
  { count: 1, stride: 1 },
] as const;

const blocks = stages.flatMap(({ count, stride }) =>
  Array.from({ length: count }, (_, i) => ({ stride: i === 0 ? stride : 1, isResidual: i > 0 })),
);

const layerNames = [
  "stem",
  ...blocks.flatMap((_, place) =>
    ["expand", "depthwise", "project"]
      // The first block does not widen its input.
      .filter((part) => place > 0 || part !== "expand")
      .map((part) => `block.${place}.${part}`),
  ),
];

/**
 * Features of EfficientNet-Lite0 (Tan and Le 2019; the variant without squeeze and excitation, with ReLU6), trained on
 * ImageNet: the mean over the pixels of its last block, 320 numbers that know a thousand kinds of things. Images are
 * resized to 224x224 by bilinear interpolation between the centres of pixels. A Frechet distance from them is read as the FID
 * is, and is not the FID, which has Inception-v3's.
 * @param file safetensors with batch norms folded into the convolutions; data/checkpoints has them, with their origin.
 * @throws Error naming the file when it is missing, damaged or holds another network.
 */
export function loadImagenetFeatures(file: string): FeatureExtractor {
  const names = layerNames.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
  return loadExtractor(file, { kind: "efficientnet-lite0", names, size: 320, describe });
}

function describe(weights: Record<string, tf.Tensor>, images: tf.Tensor4D): tf.Tensor2D {
  const large = tf.image.resizeBilinear(images, [side, side], false, true);
  // The network was trained on (grey value - 127) / 128.
  const scaled = large.mul(255 / 128).sub<tf.Tensor4D>(127 / 128);
  let x = convolveSame(weights, "stem", scaled, 2).clipByValue(0, 6) as tf.Tensor4D;
  for (const [place, { stride, isResidual }] of blocks.entries()) {
    const name = `block.${place}`;
    const wide = place > 0 ? (convolveSame(weights, `${name}.expand`, x).clipByValue(0, 6) as tf.Tensor4D) : x;
    const mixed = tf
      .depthwiseConv2d(wide, weights[`${name}.depthwise.weight`] as tf.Tensor4D, stride, "same")
      .add<tf.Tensor4D>(weights[`${name}.depthwise.bias`] as tf.Tensor)
      .clipByValue(0, 6) as tf.Tensor4D;
    const narrow = convolveSame(weights, `${name}.project`, mixed);
    x = isResidual ? narrow.add<tf.Tensor4D>(x) : narrow;
  }
  return x.mean([1, 2]) as tf.Tensor2D;
}
