import { levelsAt, type NoiseSchedule, toModelRange, type Unet } from "../ddpm";
import type { Objective } from "../dip";
import { requireNotNegative, requireWhole, tf } from "../runtime";

/** A term that is added to a fit's loss. */
export interface LossTerm {
  /** May stand in a recorded step. */
  term: Objective;
  dispose(): void;
}

export interface PerceptualOptions {
  weight: number;
  /** The level that the encoder is told, low: its features are then of clean images. */
  t?: number;
}

/**
 * A perceptual distance in the features of a frozen DDPM's encoder (perceptual losses, Johnson et al. 2016; with the
 * diffusion model's own network, Lin and Yang 2024):
 * weight * mean over the levels of |phi_k(f) - phi_k(reference)|^2 / |phi_k(reference)|^2, times the reference's variance,
 * so that the term is in squared image units like the error beside it.
 * @param network stays the caller's and is not changed.
 * @param reference [images, height, width, channels] in [0, 1], made of the fit's target alone: one image for each output.
 * @throws RangeError when an option is out of range.
 */
export function perceptualTerm(
  network: Unet,
  schedule: NoiseSchedule,
  reference: tf.Tensor4D,
  { weight, t = 20 }: PerceptualOptions,
): LossTerm {
  requireNotNegative({ weight });
  requireWhole({ t }, 1, schedule.steps);
  const encode = (images: tf.Tensor4D) =>
    tf.tidy(() => {
      const xt = toModelRange(images).mul<tf.Tensor4D>(levelsAt(schedule, t).signal);
      return network.encode(xt, tf.fill([images.shape[0]], t));
    });
  const seen = encode(reference);
  const wanted = seen.map((features) => tf.variable(features, false));
  const scales = tf.tidy(() => {
    const variance = tf.moments(reference).variance.dataSync()[0] as number;
    return seen.map((features) => variance / (features.square().mean().dataSync()[0] as number) / seen.length);
  });
  tf.dispose(seen);
  return {
    term: ({ output }) => {
      const parts = encode(output).map((features, level) =>
        features
          .sub(wanted[level] as tf.Tensor)
          .square()
          .mean()
          .mul((scales[level] as number) * weight),
      );
      return tf.addN(parts) as tf.Scalar;
    },
    dispose: () => tf.dispose(wanted),
  };
}
