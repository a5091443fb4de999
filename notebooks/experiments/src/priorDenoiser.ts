import {
  averageOverTurns,
  type CheckpointName,
  coverAnySize,
  denoiseOnce,
  expertPriors,
  openCheckpoint,
  openDenoiser,
  openFfdnet,
} from "ddpm-dip/ddpm";
import { defineStep, type Engine, record, tf } from "ddpm-dip/runtime";
import type { Own } from "./owning";
import type { DenoiserSpec } from "./spec";

/**
 * A trained network as a denoiser of images of one shape.
 * @param noisy image units, values outside [0, 1] included. @param sigma standard deviation of its noise, image units.
 * @returns the denoised image; the caller's. @throws RangeError when the network does not know the level.
 */
type PriorDenoiser = (noisy: tf.Tensor4D, sigma: number) => tf.Tensor4D;

/**
 * Opens a checkpoint as a denoiser: one evaluation of a DDPM at the level whose noise is as strong, or of FFDNet told the level; or
 * the mean of those of the image's eight flips and rotations.
 * @param shape [1, height, width, 3] of the images. @param own takes what is to be freed.
 * @throws RangeError for a self-ensemble of an image that is not square; Error as `openCheckpoint`.
 */
export function openPriorDenoiser(
  { checkpoint, selfEnsemble }: Extract<DenoiserSpec["denoiser"], { kind: "prior" }>,
  shape: tf.Tensor4D["shape"],
  engine: Engine,
  own: Own,
): PriorDenoiser {
  const [, height, width] = shape;
  if (selfEnsemble && height !== width) {
    throw new RangeError(`selfEnsemble: got an image of ${width}x${height}, want a square one`);
  }
  const isFfdnet = [...expertPriors.values()].some(({ ffdnet }) => ffdnet === checkpoint.name);
  const once = (isFfdnet ? openDirect : openMatched)(checkpoint, shape, engine, own);
  if (!selfEnsemble) return once;
  return (noisy, sigma) => averageOverTurns(noisy, (turned) => once(turned, sigma));
}

type Open = (checkpoint: CheckpointName, shape: tf.Tensor4D["shape"], engine: Engine, own: Own) => PriorDenoiser;

const openMatched: Open = (checkpoint, [, height, width, channels], engine, own) => {
  const { network, schedule } = openCheckpoint(checkpoint);
  own(network);
  const denoiser = own(openDenoiser(coverAnySize(network), schedule, [height, width, channels], { engine }));
  return (noisy, sigma) => denoiseOnce(denoiser, noisy, sigma);
};

const openDirect: Open = (checkpoint, [, ...size], engine, own) => {
  const network = own(openFfdnet(checkpoint));
  const evaluate = defineStep({ noisy: { shape: [null, ...size] }, sigma: { shape: [] } }, ({ noisy, sigma }) => {
    const levels = tf.fill([noisy.shape[0] as number], 1).mul(sigma) as tf.Tensor1D;
    return { image: network.denoise(noisy as tf.Tensor4D, levels) };
  });
  const recording = own(record({ evaluate }, { engine }));
  return (noisy, sigma) => {
    const { largestSigma } = network;
    if (sigma > largestSigma) {
      throw new RangeError(`sigma: got ${sigma}, ${checkpoint.name} knows levels to ${largestSigma.toFixed(4)}`);
    }
    return recording.run("evaluate", { noisy, sigma }).image as tf.Tensor4D;
  };
};
