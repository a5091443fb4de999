import type { DiffusionPrior, Observation } from "../../ddpm";
import type { DipNetwork } from "../../dip";
import type { Engine, tf } from "../../runtime";
import type { LevelErrors } from "../fusedDenoiser";

/** What is to be restored: a measurement y = A x + n of an image, and what is known of it. */
export interface RestorationTask extends Observation {
  /** Height and width of the image. */
  size: readonly [number, number];
  /** For inpainting: ones where the image was measured, [1, height, width, 1]. */
  mask?: tf.Tensor4D | undefined;
  /** Whether A leaves the image as it is: denoising. */
  whole?: boolean;
}

/** A trained diffusion as a prior. */
export interface RestorationPrior extends DiffusionPrior {
  /** Its error by level, as its validation measured it. */
  levelErrors: LevelErrors;
}

/** Options of a restoration; the defaults are those that the tune photos chose (notebooks 04 to 06). */
export interface RestoreOptions {
  prior: RestorationPrior;
  /** Makes an untrained network for DIP. @param seed of the role `network`. */
  createNetwork(outputChannels: number, seed: number): DipNetwork;
  /** DIP's iterations at most. */
  iterations?: number;
  /** Of the fit. */
  learningRate?: number;
  /** Iterations of DIP without a better estimate after which it stops. */
  patience?: number;
  /**
   * Of what is missing: whether DIP is shown what is known, spread, in its input. Far ahead after tens of iterations, no better
   * after hundreds (notebook 05). Not used where a gap is too wide for it, which `reasons` then say.
   */
  guess?: boolean;
  /** Evaluations of the diffusion, where there is one. */
  evaluations?: number;
  /** How often the start's noise covers the estimated error. */
  kappa?: number;
  /** Iterations of the DDPM's adaptation to the image at most; denoising only, 0 for none. */
  adaptations?: number;
  seed?: number;
  engine?: Engine;
}

/** How far a restoration is. */
export interface RestoreProgress {
  stage: "DIP" | "adaptation" | "diffusion";
  /** Of the stage, 0 to 1. */
  share: number;
  /** Estimated mean squared error of what there is, squared image units; undefined while there is none. */
  risk?: number | undefined;
  /** Once, when DIP has ended: its image, [1, height, width, channels]. Lives until the next step. */
  image?: tf.Tensor4D;
}

/** A restored image and how it came about. */
export interface Restored {
  /** [1, height, width, channels] in [0, 1]; the caller's. */
  image: tf.Tensor4D;
  /**
   * Estimated mean squared error: of the returned image where all of it was measured; else of DIP's image that the diffusion
   * started from.
   */
  risk: number;
  /** The iteration of DIP's image, and how many were run. */
  iteration: number;
  iterations: number;
  /** Evaluations of the DDPM; an iteration of its adaptation is counted as one. */
  evaluations: number;
  seconds: number;
  /** What was chosen, and why, in sentences. */
  reasons: string[];
}

/** The defaults. */
export const restoreDefaults = {
  iterations: 800,
  learningRate: 0.01,
  patience: 150,
  guess: false,
  evaluations: 20,
  kappa: 1,
  adaptations: 100,
  seed: 1,
  engine: "recorded",
} as const;

/** The options with their defaults. @throws RangeError naming the one that is out of range. */
export function completeOptions(options: RestoreOptions): Required<RestoreOptions> {
  const complete = { ...restoreDefaults, ...options };
  for (const name of ["iterations", "patience", "evaluations"] as const) {
    const value = complete[name];
    if (!Number.isInteger(value) || value < 1)
      throw new RangeError(`${name}: got ${value}, want a whole number above 0`);
  }
  if (!Number.isInteger(complete.adaptations) || complete.adaptations < 0) {
    throw new RangeError(`adaptations: got ${complete.adaptations}, want a whole number of at least 0`);
  }
  if (!(complete.kappa > 0)) throw new RangeError(`kappa: got ${complete.kappa}, want a number above 0`);
  return complete;
}

/** A squared error as decibels of a PSNR, for a sentence. */
export function inDecibels(risk: number): string {
  return `${(-10 * Math.log10(Math.max(risk, 1e-6))).toFixed(1)} dB`;
}
