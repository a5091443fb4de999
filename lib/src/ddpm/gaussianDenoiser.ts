import type { Parameters } from "../nn";
import { tf } from "../runtime";
import { fromModelRange, levelsAt, toModelRange } from "./forwardProcess";
import type { TrainedPredictor } from "./noisePredictor";
import type { NoiseSchedule } from "./schedule";

/** A trained denoiser that is told how strong the noise is. */
export interface GaussianDenoiser {
  readonly parameters: Parameters;
  /** The strongest noise that it was trained on, image units. */
  readonly largestSigma: number;
  /**
   * The image under white Gaussian noise, about its posterior mean; not clipped.
   * @param noisy [batch, height, width, channels], image units, of any size.
   * @param sigma standard deviation of the noise, image units, 0 to `largestSigma`: of all images, or of each as [batch]. As a
   *   tensor it may be of a recorded step, and its range is not checked.
   * @returns the same shape and units, owned by the caller.
   * @throws RangeError when the images have another number of channels or a number sigma is out of range.
   */
  denoise(noisy: tf.Tensor4D, sigma: number | tf.Tensor1D): tf.Tensor4D;
  dispose(): void;
}

/**
 * The last level whose noise, in units of the clean image, is not above sigma: sqrt((1 - alphaBar) / alphaBar) / 2 <= sigma,
 * the 2 for model range.
 * @param sigma image units.
 * @throws RangeError when the schedule's first level is noisier.
 */
export function lastLevelWithin({ alphaBar, steps }: NoiseSchedule, sigma: number): number {
  const above = alphaBar.findIndex((value) => (1 - value) / value > 4 * sigma ** 2);
  if (above === 1) throw new RangeError(`sigma: got ${sigma}, the schedule's first level is noisier`);
  return above < 0 ? steps : above - 1;
}

/**
 * A denoiser of white Gaussian noise as a network of the reverse process: x_t / sqrt(alphaBar) is the clean image under noise
 * of sigma = sqrt((1 - alphaBar) / alphaBar) in model range, and the denoised image D stands for x_0, so that
 * eps = (x_t - sqrt(alphaBar) D) / sqrt(1 - alphaBar) (Kadkhodaie and Simoncelli 2021, by Tweedie's formula).
 * @param denoiser freed by the result's `dispose`, which shares its parameters.
 * @throws RangeError when the schedule has no level that the denoiser knows.
 */
export function predictByDenoiser(denoiser: GaussianDenoiser, schedule: NoiseSchedule): TrainedPredictor {
  return {
    parameters: denoiser.parameters,
    prediction: "clean",
    multiple: 1,
    lastLevel: lastLevelWithin(schedule, denoiser.largestSigma),
    apply: (xt, steps) =>
      tf.tidy(() => {
        const { signal, noise } = levelsAt(schedule, steps.cast("int32") as tf.Tensor1D);
        const sigma = noise.div(signal).div(2).reshape([-1]) as tf.Tensor1D;
        return toModelRange(denoiser.denoise(fromModelRange(xt.div(signal)), sigma));
      }),
    dispose: () => denoiser.dispose(),
  };
}
