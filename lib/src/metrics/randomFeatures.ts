import { openStream, tf } from "../runtime";
import { type FeatureExtractor, requireColour } from "./features";

/** Channels of the layers; each halves the sides. */
const channels = [32, 64, 128] as const;

/** The mean and the maximum of each channel of the last layer. */
const size = 2 * channels[2];

/**
 * Features of a convolutional network with random weights, which needs no file and knows no photos (Naeem et al. 2020,
 * who use a random VGG-16; this one is smaller): 3x3 convolutions of stride 2 with ReLU, then the mean and
 * the maximum over the pixels. The weights are normal with variance 2 / fan-in (He et al. 2015), so that the layers keep
 * the scale; the images are moved to [-1, 1]. Numbers from these features compare only with each other, at one seed.
 * @returns an extractor of 256 features named "random network" with its seed; the same seed, the same features.
 * @throws RangeError when the seed is not a whole number from 0 to 2^31 - 1.
 */
export function randomFeatures(seed = 0): FeatureExtractor {
  const stream = openStream(seed, "network").child("random features");
  const weights = channels.map((outputs, layer) =>
    tf.tidy(() => {
      const inputs = channels[layer - 1] ?? 3;
      const draw = stream.child(`layer ${layer}`).normal([3, 3, inputs, outputs]);
      return draw.mul(Math.sqrt(2 / (9 * inputs))) as tf.Tensor4D;
    }),
  );
  return {
    name: `random network, seed ${seed}`,
    size,
    extract(images) {
      requireColour(images);
      return tf.tidy(() => {
        const scaled = images.mul<tf.Tensor4D>(2).sub<tf.Tensor4D>(1);
        const maps = weights.reduce((x, weight) => tf.relu(tf.conv2d(x, weight, 2, "same")), scaled);
        return tf.concat2d([tf.mean(maps, [1, 2]) as tf.Tensor2D, tf.max(maps, [1, 2]) as tf.Tensor2D], 1);
      });
    },
    dispose: () => tf.dispose(weights),
  };
}
