import {
  checkPatience,
  defaultPatience,
  meanSquaredDifference,
  type PatienceOptions,
  type PreparedTraining,
  stopAtMinimum,
} from "../dip";
import { type RandomStream, tf } from "../runtime";
import { type DiffusionSplitOptions, splitByDiffusion } from "./diffusionSplit";

/**
 * Stops DIP where its estimated risk is least: the network is fitted to y+ of the diffusion split, and
 * |f - y-|^2 / d - sigma^2 (1 + 1/a^2), unbiased for its squared error, is followed to its minimum.
 * @param noisy [1, height, width, channels].
 * @throws RangeError when an option is out of range.
 */
export function stopBySplit(
  noisy: tf.Tensor4D,
  {
    sigma,
    a,
    patience = defaultPatience.patience,
    window = defaultPatience.window,
  }: DiffusionSplitOptions & Partial<PatienceOptions>,
  random: RandomStream,
): PreparedTraining {
  checkPatience({ patience, window });
  const split = splitByDiffusion(noisy, a === undefined ? { sigma } : { sigma, a }, random);
  const heldOut = split.minus.dataSync() as Float32Array;
  const rule = stopAtMinimum(
    {
      judges: "averagedOutput",
      memoryBytes: heldOut.byteLength,
      read: ({ averagedOutput }) => meanSquaredDifference(averagedOutput, heldOut) - split.heldOutVariance,
    },
    { patience, window },
  );
  return { target: split.plus, rule, dispose: () => tf.dispose([split.plus, split.minus]) };
}
