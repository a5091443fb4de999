import type { AdaptationOptions } from "../adaptedDenoiser";

/** How a trained denoiser is adapted to the image, where it is not as usual. */
export interface AdaptationSettings {
  /** Extra noise of the antithetic pair that is adapted to, as a share of sigma: 0.1. */
  extraNoise?: number | undefined;
  /** Extra noise of the adaptation's own targets, as a share b of sigma: 0.7. */
  recorruption?: number | undefined;
  /** What the fit lowers: the recorrupted loss, or Stein's. */
  loss?: AdaptationOptions["loss"];
  /** What of the network it moves: all weights, or the gains of the convolutions alone. */
  fitted?: AdaptationOptions["fitted"];
  /** Of Adam: 1e-5. */
  learningRate?: number | undefined;
  /** Decay of the average of the weights: 0.95. */
  averageDecay?: number | undefined;
  /** Whether the image is the mean over its eight flips and rotations (self-ensemble): true. */
  selfEnsemble?: boolean | undefined;
}

/** What a restoration is set to, as plain data: the command line, the notebooks and the trials read it here alone. */
export interface RestoreSettings {
  /** DIP's iterations at most; none where it is 0, but where noise leaves filling in no other start. */
  iterations: number;
  /** Of DIP's fit. */
  learningRate: number;
  /** Iterations of DIP without a better estimate after which it stops. */
  patience: number;
  /**
   * Of what is missing: whether DIP is shown what is known, interpolated, in its input. Far ahead after tens of iterations, no
   * better after hundreds (notebook 05). Not used where a gap is too wide for it, which `reasons` then say.
   */
  guess: boolean;
  /** Of the DDPM, of each reverse diffusion. */
  evaluations: number;
  /** Reverse diffusions whose mean is returned where something is filled in; one where left out. */
  draws?: number | undefined;
  /**
   * DIP's iterations at least where a gap is too wide for what is known around it to speak for it; the diffusion then starts from
   * DIP's image, whatever the estimates say. As elsewhere where left out.
   */
  gapIterations?: number | undefined;
  /** How often the start's noise covers the estimated error, where `level` is left out. */
  kappa: number;
  /** The level that the diffusion starts from; where left out, the first whose noise covers the start's estimated error. */
  level?: number | undefined;
  /** Iterations of the denoiser's adaptation to the image; denoising only, 0 for none. */
  adaptations: number;
  /** How many of the priors are adapted, from the first on; the others are taken as trained. All where left out. */
  adaptedPriors?: number | undefined;
  /** Standard errors that a weight is charged with which the stack takes from its last image: `weighByRisk`. 0 where left out. */
  charge?: number | undefined;
  /** Of the adaptation; as usual where left out. */
  adaptation?: AdaptationSettings | undefined;
}

/** What is done: removing noise where all was measured; filling in what was not, of an image's pixels or of values of a spectrum. */
export type RestorationKind = "denoise" | "fill" | "spectrum";

export type Effort = "usual" | "fast" | "thorough";

const common = { iterations: 800, learningRate: 0.01, patience: 150, guess: false, evaluations: 20, kappa: 1 };
const denoising = { ...common, charge: 1 };
// A fixed level: the estimated error asks for one that is too low where the error is smooth, as that of an image of little variation
// is, and too high where what was held out is harder than what is missing (notebook 05).
const filling = { ...common, adaptations: 0, level: 100 };
const fast = { iterations: 0, patience: 50, guess: true, level: 50 };
// Of a hundred evaluations two draws of fifty have the nearer mean where pixels are missing, blurred or too few, one long draw where
// values of a spectrum are; in a hole DIP's image is decibels ahead of that of least variation (notebook 05).
const ofPixels = { evaluations: 50, draws: 2, gapIterations: 200 };
const efforts: Record<RestorationKind, Record<Effort, RestoreSettings>> = {
  denoise: {
    // Nine tenths of the self-ensemble's seconds bring 0.04 dB.
    fast: { ...denoising, iterations: 0, adaptations: 0, adaptation: { selfEnsemble: false } },
    // The DDPM's own adaptation is the dear one, and brings little where its training set is like the image (notebook 06).
    usual: { ...denoising, iterations: 0, adaptations: 60, adaptedPriors: 1 },
    // Said, not left out: what is left out is filled up with the usual one.
    thorough: { ...denoising, iterations: 0, adaptations: 60, adaptedPriors: undefined },
  },
  fill: {
    fast: { ...filling, ...fast, gapIterations: 100 },
    usual: { ...filling, ...ofPixels, iterations: 0 },
    // DIP is nowhere else clearly the better start, and the dear one (notebook 05).
    thorough: { ...filling, ...ofPixels },
  },
  spectrum: {
    fast: { ...filling, ...fast },
    usual: { ...filling, iterations: 0, evaluations: 100 },
    thorough: { ...filling, evaluations: 100 },
  },
};

/** The settings of a restoration and an effort. */
export function settingsOf(kind: RestorationKind, effort: Effort = "usual"): RestoreSettings {
  return { ...efforts[kind][effort] };
}

/** The priors that a restoration and an effort take where none is named. */
export function priorsOf(kind: RestorationKind, effort: Effort = "usual"): string[] {
  if (kind !== "denoise") return ["bsd"];
  return effort === "thorough" ? ["bsd-wide"] : ["ffdnet", "bsd-wide"];
}
