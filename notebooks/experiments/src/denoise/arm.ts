import type { DipObservation, FitDipOptions, StoppingRule } from "ddpm-dip/dip";
import type { SplitJudge } from "ddpm-dip/fusion";
import type { Engine } from "ddpm-dip/runtime";
import type { SpecOf } from "../spec";

/** What an arm is opened by: of the methods whose trials have one. */
export type DenoiseSpec = Pick<
  SpecOf<"denoise">,
  "network" | "iterations" | "learningRate" | "inputNoise" | "averageDecay" | "readEvery" | "seeds" | "size" | "arm"
>;
export type ArmOf<Kind> = Extract<DenoiseSpec["arm"], { kind: Kind }>;

/** A way to denoise, opened on one noisy image: a fit, and the rules that watch it. */
export interface Arm {
  fit: Iterable<DipObservation>;
  /** The rules that say which image to return, by name. */
  rules: Record<string, StoppingRule>;
  /** The image that is returned, of those that the networks give. */
  imageOf(made: Float32Array): Float32Array;
  /** The judge of what is made, where there is one. */
  judge?: SplitJudge;
  /** Takes in what the fit shows, before the rules do. */
  observe(seen: DipObservation): void;
  /** What is drawn beside the rules' curves. */
  notes(): Record<string, number>;
  /** Evaluations of a DDPM so far. */
  evaluations(): number;
  dispose(): void;
}

/** The options that the fits of all arms have. */
export function fitOptions(
  { iterations, learningRate, inputNoise, averageDecay, seeds }: DenoiseSpec,
  engine: Engine,
): FitDipOptions {
  const average = averageDecay !== undefined && { averageDecay };
  return { iterations, learningRate, inputNoise, seed: seeds.input, engine, ...average };
}
