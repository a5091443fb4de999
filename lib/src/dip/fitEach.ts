import {
  addConvolutionEach,
  addScaleAndShift,
  convolveEach,
  disposeParameters,
  groupNorm,
  leakyRelu,
  type Parameters,
  upsampleTwice,
} from "../nn";
import { openStream, type RandomStream, tf } from "../runtime";
import { type DipObservation, type RunFitOptions, runFit } from "./runFit";

/** Channels of the network's input and of its skips. */
const [inputChannels, skipFilters] = [8, 4];

interface FitEachOptions extends Pick<RunFitOptions, "iterations" | "engine"> {
  /** Channels of each scale, from the finest. */
  filters?: number[];
  /** A x of the images, in their shape; may stand in a recorded step. The images themselves where left out. */
  measure?: (images: tf.Tensor4D) => tf.Tensor4D;
  /** Number of the first image: an image has the same weights and the same fit in whatever batch it is. */
  firstImage?: number;
}

/**
 * Deep Image Priors of many small images, side by side: each image has a network of its own, and one recorded step fits them
 * all, so that thousands of short fits are affordable. The network is a small hourglass with skips in the manner of Ulyanov et
 * al. 2018 (eq. 2 for each image); its convolutions are products of matrices, it shrinks by means of 2x2 pixels, and its
 * normalisation has no learned scale.
 * @param targets what was measured, [images, height, width, channels]; of images in [0, 1], sides divisible by 2^scales.
 * @returns a generator of observations whose images are [images, height, width, channels]; `loss` is the mean over the images.
 * @throws RangeError when an option or a size does not fit.
 */
export function* fitEach(
  targets: tf.Tensor4D,
  { filters = [16, 16, 16], measure = (x) => x, firstImage = 0, ...options }: FitEachOptions = {},
): Generator<DipObservation, void, void> {
  const [images, height, width, channels] = targets.shape;
  const multiple = 2 ** filters.length;
  if (height % multiple !== 0 || width % multiple !== 0) {
    throw new RangeError(`images: got ${width}x${height}, want sides divisible by ${multiple}`);
  }
  const measured = tf.tidy(() => measure(targets).shape);
  if (measured.join() !== targets.shape.join()) {
    throw new RangeError(`measure: makes [${measured}] of images of [${targets.shape}], want their shape`);
  }
  const streams = (role: "network" | "input") =>
    Array.from({ length: images }, (_, i) => openStream(0, role, `image ${firstImage + i}`));
  const network = createNetworks(streams("network"), filters, channels);
  const held = tf.tidy(() => {
    const inputs = streams("input").map((own) => own.uniform([height, width, inputChannels], 0, 1));
    return {
      input: tf.variable(tf.stack(inputs), false) as tf.Tensor4D,
      target: tf.variable(targets, false),
    };
  });
  try {
    const fit = runFit(
      network,
      targets.shape,
      () => {
        const output = network.apply(held.input);
        const errors = measure(output).sub(held.target).square().mean([1, 2, 3]);
        // The sum: the gradient of an image does not depend on how many there are.
        return { loss: errors.sum() as tf.Scalar, output };
      },
      { iterations: 100, averageDecay: 0.9, ...options },
    );
    for (const seen of fit) yield { ...seen, loss: seen.loss / images };
  } finally {
    network.dispose();
    tf.dispose(held);
  }
}

function createNetworks(random: RandomStream[], filters: readonly number[], outputs: number) {
  const parameters: Parameters = {};
  // Scale one and shift zero, never trained.
  const fixed: Parameters = {};
  const addBlock = (name: string, kernel: number, inputs: number, width: number) => {
    addConvolutionEach(parameters, name, { kernel, inputs, outputs: width, random });
    addScaleAndShift(fixed, name, width);
  };
  const applyBlock = (name: string, x: tf.Tensor4D) => {
    const y = convolveEach(parameters, name, x);
    return leakyRelu(groupNorm(fixed, name, y, { groups: y.shape[3] }), 0.2);
  };
  filters.forEach((width, scale) => {
    const above = filters[scale - 1] ?? inputChannels;
    addBlock(`skip.${scale}`, 1, above, skipFilters);
    addBlock(`down.${scale}`, 3, above, width);
    addBlock(`up.${scale}`, 3, skipFilters + (filters[scale + 1] ?? width), width);
  });
  addConvolutionEach(parameters, "output", { kernel: 1, inputs: filters[0] as number, outputs, random });
  const applyScale = (scale: number, x: tf.Tensor4D): tf.Tensor4D => {
    const small = applyBlock(`down.${scale}`, tf.avgPool(x, 2, 2, "valid"));
    const deep = scale + 1 < filters.length ? applyScale(scale + 1, small) : small;
    const joined = tf.concat([applyBlock(`skip.${scale}`, x), upsampleTwice(deep, "bilinear")], 3);
    return applyBlock(`up.${scale}`, joined);
  };
  return {
    parameters,
    apply: (x: tf.Tensor4D) => tf.tidy(() => convolveEach(parameters, "output", applyScale(0, x)).sigmoid()),
    dispose() {
      disposeParameters(parameters);
      disposeParameters(fixed);
    },
  };
}
