import { alphaBarAt, type Denoised, type Denoiser, toModelRange } from "../ddpm";
import { requireWithin, tf } from "../runtime";

export interface TwoErrors {
  /** Mean squared error of DIP's image, squared image units. */
  dip: number;
  /** Mean squared error of the DDPM's prediction of x_0 at the level, squared image units. */
  ddpm: number;
  /** Correlation of the two errors, pixel by pixel; 0 for errors that have nothing to do with each other. */
  correlation?: number;
}

/**
 * The weight of DIP's image in the mean of the two that has the least squared error, w = (v - c) / (v + r - 2 c) with r and
 * v the errors of DIP and DDPM and c = correlation sqrt(r v) their covariance (Bates and Granger 1969); from 0 to 1. It is
 * v / (v + r) where the errors have nothing to do with each other.
 * @throws RangeError when an error is below 0 or the correlation not in (-1, 1).
 */
export function leastErrorWeight({ dip, ddpm, correlation = 0 }: TwoErrors): number {
  if (!(dip >= 0 && ddpm >= 0)) throw new RangeError(`errors: got ${dip} and ${ddpm}, want numbers of at least 0`);
  requireWithin({ correlation }, "(-1, 1)");
  const covariance = correlation * Math.sqrt(dip * ddpm);
  const spread = dip + ddpm - 2 * covariance;
  if (spread <= 0) return 0.5;
  return Math.min(1, Math.max(0, (ddpm - covariance) / spread));
}

/** A DDPM's mean squared error of x_0 at some levels, as its validation measured it. */
export type LevelErrors = readonly { t: number; cleanError: number }[];

/** The error between the levels at which it was measured, along lines in its logarithm. @throws RangeError when none was. */
export function errorAtLevel(errors: LevelErrors, t: number): number {
  const sorted = [...errors].sort((a, b) => a.t - b.t);
  const above = sorted.findIndex((error) => error.t >= t);
  const [low, high] = [sorted[above < 0 ? sorted.length - 1 : Math.max(0, above - 1)], sorted.at(above)];
  if (!low || !high) throw new RangeError("errors: got none, want the error at one level at least");
  const share = high.t === low.t ? 0 : Math.min(1, Math.max(0, (t - low.t) / (high.t - low.t)));
  return Math.exp((1 - share) * Math.log(low.cleanError) + share * Math.log(high.cleanError));
}

/** An auxiliary estimate of x_0 at a level, DIP's, and its weight. */
export interface AuxiliaryEstimate {
  /** [1, height, width, channels] in [0, 1]; stays the owner's. */
  image: tf.Tensor4D;
  /** From 0, the DDPM's estimate alone, to 1, DIP's alone. */
  weight: number;
}

/**
 * DIP guides the noise estimate: a denoiser whose prediction of x_0 is the mean of the DDPM's and DIP's,
 * (1 - w) x0Theta + w xDip, with the noise that follows from it, eps = (x_t - sqrt(alphaBar) x_0) / sqrt(1 - alphaBar). Every
 * sampler runs with it as with the DDPM's own.
 * @param auxiliaryAt DIP's image and weight at a level; one image for all levels, or earlier snapshots for higher ones.
 */
export function fuseDenoiser(denoiser: Denoiser, auxiliaryAt: (t: number) => AuxiliaryEstimate): Denoiser {
  return {
    ...denoiser,
    denoise(xt, t, options = {}): Denoised {
      const { image, weight } = auxiliaryAt(t);
      const seen = denoiser.denoise(xt, t, options);
      if (weight === 0) return seen;
      const alphaBar = alphaBarAt(denoiser.schedule, t);
      const [clean, noise, sample] = tf.tidy(() => {
        const fused = seen.clean.mul<tf.Tensor4D>(1 - weight).add<tf.Tensor4D>(toModelRange(image).mul(weight));
        return [
          fused,
          xt.sub<tf.Tensor4D>(fused.mul(Math.sqrt(alphaBar))).div<tf.Tensor4D>(Math.sqrt(1 - alphaBar)),
          seen.sample.add<tf.Tensor4D>(fused.sub(seen.clean).mul(options.move?.cleanWeight ?? 0)),
        ] as [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];
      });
      tf.dispose(Object.values(seen));
      return { clean, noise, sample };
    },
  };
}
