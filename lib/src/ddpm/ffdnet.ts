import { convolve, disposeParameters, type Parameters, spreadBlocks, stackBlocks } from "../nn";
import { namedTensor, readCheckpoint, tf } from "../runtime";
import type { GaussianDenoiser } from "./gaussianDenoiser";

/** The kind that the file names itself, by which another network's weights are told. */
const kind = "ffdnet";

/** Convolutions of 3x3 and their channels; four places of three colours, and the noise level, go in. */
const layers = 12;
const [places, colours, width] = [4, 3, 96];

/** The strongest noise that FFDNet was trained on, image units. */
export const ffdnetLargestSigma = 75 / 255;

function shapeOf(name: string, place: number): number[] {
  const inputs = place === 0 ? places * colours + 1 : width;
  const outputs = place === layers - 1 ? places * colours : width;
  return name.endsWith("bias") ? [outputs] : [3, 3, inputs, outputs];
}

/**
 * Loads FFDNet (Zhang, Zuo and Zhang 2018, IEEE TIP 27, section III): each 2x2 pixels become channels, beside them stands the
 * noise level, and twelve convolutions with ReLU say the clean channels. Odd sides are made even by their last row or column.
 * Images have three channels; it knows noise of 0 to 75/255.
 * @param file safetensors in TensorFlow's layout; data/checkpoints has them, with their origin.
 * @throws Error naming the file when it is missing, damaged or holds another network.
 */
export function loadFfdnet(file: string): GaussianDenoiser {
  const parameters = readParameters(file);
  return {
    parameters,
    largestSigma: ffdnetLargestSigma,
    denoise(noisy, sigma) {
      if (noisy.shape[3] !== colours) {
        throw new RangeError(`FFDNet: got images [${noisy.shape}], want [batch, height, width, ${colours}]`);
      }
      // Of float32 numbers, as a sigma may be that was read from a tensor.
      const most = Math.fround(ffdnetLargestSigma);
      if (typeof sigma === "number" && !(sigma >= 0 && Math.fround(sigma) <= most)) {
        throw new RangeError(`sigma: got ${sigma}, FFDNet knows 0 to ${most.toFixed(4)}`);
      }
      return tf.tidy(() => denoise(parameters, noisy, sigma));
    },
    dispose: () => disposeParameters(parameters),
  };
}

function readParameters(file: string): Parameters {
  const { tensors, metadata } = readCheckpoint(file);
  try {
    if (metadata.kind !== kind) throw new Error(`${file} holds no FFDNet`);
    const named = Array.from({ length: layers }, (_, place) => place).flatMap((place) =>
      ["weight", "bias"].map((part) => {
        const name = `layer.${place}.${part}`;
        return [name, namedTensor(tensors, name, shapeOf(name, place), file)] as const;
      }),
    );
    return Object.fromEntries(named.map(([name, saved]) => [name, tf.variable(saved, true)]));
  } finally {
    tf.dispose(tensors);
  }
}

function denoise(parameters: Parameters, noisy: tf.Tensor4D, sigma: number | tf.Tensor1D): tf.Tensor4D {
  const [, height, width] = noisy.shape;
  const stacked = stackBlocks(repeatLast(repeatLast(noisy, 1), 2));
  const [batch, tall, wide] = stacked.shape;
  const level = typeof sigma === "number" ? sigma : sigma.reshape([-1, 1, 1, 1]);
  let x = tf.concat([stacked, tf.ones([batch, tall, wide, 1]).mul(level)], 3) as tf.Tensor4D;
  for (let place = 0; place < layers; place++)
    x = convolve(parameters, `layer.${place}`, x, { relu: place < layers - 1 });
  return tf.slice(spreadBlocks(x), [0, 0, 0, 0], [-1, height, width, -1]);
}

/** An odd side with its last row or column once more. Not by `mirrorPad`, whose gradient leaves out what falls on the margin. */
function repeatLast(image: tf.Tensor4D, axis: 1 | 2): tf.Tensor4D {
  const side = image.shape[axis];
  if (side % 2 === 0) return image;
  const last = axis === 1 ? tf.slice(image, [0, side - 1], [-1, 1]) : tf.slice(image, [0, 0, side - 1], [-1, -1, 1]);
  return tf.concat([image, last], axis);
}
