import { tf } from "../runtime";
import { convolveSame, type FeatureExtractor, loadExtractor } from "./features";

/** Layers of the classifier: channels out, and the stride of its 3x3 convolution. */
export const classifierLayers = [
  { outputs: 48, stride: 1 },
  { outputs: 96, stride: 2 },
  { outputs: 96, stride: 1 },
  { outputs: 192, stride: 2 },
  { outputs: 192, stride: 1 },
] as const;

export const classifierSize = 192;

/** The names of a layer's weight [3, 3, in, out] and bias [out] in the classifier's file. */
export const classifierNames = (layer: number) => ({ weight: `layer.${layer}.weight`, bias: `layer.${layer}.bias` });

/**
 * Convolutions with ReLU on images moved to [-1, 1], then the mean over the pixels. May stand in a recorded step.
 * @param weights by `classifierNames`. @param images [batch, height, width, 3] in [0, 1]. @returns [batch, 192].
 */
export function applyClassifier(weights: Record<string, tf.Tensor>, images: tf.Tensor4D): tf.Tensor2D {
  return tf.tidy(() => {
    let x = images.mul<tf.Tensor4D>(2).sub<tf.Tensor4D>(1);
    for (const [layer, { stride }] of classifierLayers.entries()) {
      x = convolveSame(weights, `layer.${layer}`, x, stride).relu();
    }
    return x.mean([1, 2]) as tf.Tensor2D;
  });
}

/**
 * 192 features of a small classifier trained on CIFAR-10 by this project, named as its safetensors file names itself.
 * They know what tells ten kinds of things apart, which the features of a random network do not.
 * @throws Error naming the file when it is missing, damaged or holds no classifier.
 */
export function loadClassifier(file: string): FeatureExtractor {
  const names = classifierLayers.flatMap((_, layer) => Object.values(classifierNames(layer)));
  return loadExtractor(file, { kind: "classifier", names, size: classifierSize, describe: applyClassifier });
}
