import type { DipObservation, FitDipOptions, StoppingRule } from "ddpm-dip/dip";
import type { SplitEstimator } from "ddpm-dip/fusion";
import type { Engine, tf } from "ddpm-dip/runtime";
import type { Own } from "../owning";
import type { DipFitSpec } from "../spec";
import type { WatchedCriterion } from "./watchCriterion";

/** A fit of a spec, by its kind. */
export type FitOf<Kind> = Extract<DipFitSpec["fit"], { kind: Kind }>;

/** What a fit is opened on. */
export interface Given {
  noisy: tf.Tensor4D;
  /** Standard deviation of the noise as it is assumed, image units. */
  sigma: number;
  clean: tf.Tensor4D;
  engine: Engine;
  /** Takes what is to be freed when the fit is over. */
  own: Own;
}

/** A fit, opened on one noisy image, and the criteria that watch it. */
export interface Variant {
  fit: Iterable<DipObservation>;
  criteria: Record<string, StoppingRule>;
  /** Further ones, that observe the fit by themselves. */
  watched?: Record<string, WatchedCriterion>;
  /** The image that is returned, of what the networks give; their output itself where left out. */
  imageOf?(made: Float32Array): Float32Array;
  estimator?: SplitEstimator;
  /** Takes in what the fit shows, before the criteria do. */
  observe?(seen: DipObservation): void;
  /** What is drawn beside the criteria's curves. */
  notes?(): Record<string, number>;
  /** Evaluations of a trained denoiser so far. */
  evaluations?(): number;
}

/** The options that all fits share. */
export function fitOptions(
  { iterations, learningRate, inputNoise, averageDecay, seed }: DipFitSpec,
  engine: Engine,
): FitDipOptions {
  const average = averageDecay !== undefined && { averageDecay };
  return { iterations, learningRate, inputNoise, seed, engine, ...average };
}
