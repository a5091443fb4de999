import { type DiffusionPrior, type Observation, openDiffusion } from "../../ddpm";
import { type Engine, requireNotNegative, requirePositive, requireWhole, type tf } from "../../runtime";
import type { PriorNetwork } from "../priorNetwork";
import { type Effort, priorsOf, type RestoreSettings, settingsOf } from "./settings";

/** What is to be restored: a measurement y = A x + n of an image, and what is known of it. */
export interface RestorationTask extends Observation {
  /** Height and width of the image. */
  size: readonly [number, number];
  /** For inpainting: ones where the image was measured, [1, height, width, 1]. */
  mask?: tf.Tensor4D | undefined;
  /** Ones where `measured` holds a value that was measured, as of a spectrum; the mask, or all of it, where left out. */
  known?: tf.Tensor4D | undefined;
  /** Whether A leaves the image as it is: denoising. */
  whole?: boolean;
}

/** Options of a restoration; what is left out is the effort's. */
export interface RestorationChoice extends Partial<RestoreSettings> {
  /** Its settings, and its priors, where they are not given. */
  effort?: Effort | undefined;
  /**
   * The trained diffusions, by name, for `openDiffusion`, or of one's own; of several, denoising adapts and weighs all, and filling
   * in takes the first.
   */
  prior?: string | DiffusionPrior | readonly (string | DiffusionPrior)[] | undefined;
  /** The untrained network that DIP is given; that of the experiments by default. */
  network?: PriorNetwork | undefined;
  seed?: number;
  engine?: Engine;
}

/** How far a restoration is. */
export interface RestoreProgress {
  /** What is going on, for a progress bar. */
  stage: string;
  /** Of the stage, 0 to 1. */
  share: number;
  /** Estimated mean squared error of what there is, squared image units; undefined while there is none. */
  risk?: number | undefined;
  /**
   * Once for each image that the result is made of, when it is there: that of least variation, DIP's, the adapted network's; [1,
   * height, width, channels].
   * Lives until the next step.
   */
  part?: { name: string; image: tf.Tensor4D };
}

/** A restored image and how it came about. */
export interface Restored {
  /** [1, height, width, channels] in [0, 1]; the caller's. */
  image: tf.Tensor4D;
  /**
   * Estimated mean squared error: of the returned image where all of it was measured; else of the image that the diffusion started
   * from.
   */
  risk: number;
  /** The iteration of DIP's image, and how many were run; 0 without DIP. */
  iteration: number;
  iterations: number;
  /** Evaluations of the DDPM; an iteration of its adaptation is counted as one. */
  evaluations: number;
  seconds: number;
  /** The images that were weighed, with their estimated mean squared error; of filling in, the starts, one of which has the weight 1. */
  parts: { name: string; risk: number; weight: number }[];
  /** What was chosen, and why, in sentences. */
  reasons: string[];
}

/** The options with nothing left out. */
export interface CompleteOptions extends RestoreSettings {
  priors: readonly DiffusionPrior[];
  network: PriorNetwork;
  seed: number;
  engine: Engine;
}

/** DIP's network, as wide in all scales; that of the experiments. */
const networkOf = (width: number): PriorNetwork => ({
  kind: "skip",
  filters: [width, width, width, width],
  skipFilters: 4,
  upsampling: "bilinear",
});

/** The options with the settings of the task. @throws RangeError naming the one that is out of range; as `openDiffusion`. */
export function completeOptions(
  { whole = false, measurement }: Pick<RestorationTask, "whole" | "measurement">,
  { effort = "usual", prior, network, seed = 1, engine = "recorded", ...settings }: RestorationChoice,
): CompleteOptions {
  const kind = whole ? "denoise" : measurement.inSpectrum ? "spectrum" : "fill";
  const chosen = [prior ?? priorsOf(kind, effort)].flat();
  if (chosen.length === 0) throw new RangeError("prior: got none, want one at least");
  const priors = chosen.map((one) => (typeof one === "string" ? openDiffusion(one) : one));
  const complete = { ...settingsOf(kind, effort), ...settings };
  const atLeast0 = { iterations: 0, adaptations: 0, adaptedPriors: 0 };
  const least = { ...atLeast0, level: 1, patience: 1, evaluations: 1, draws: 1, gapIterations: 1 };
  for (const [name, from] of Object.entries(least)) {
    const value = complete[name as keyof typeof least];
    if (value !== undefined) requireWhole({ [name]: value }, from);
  }
  requireNotNegative({ charge: complete.charge ?? 0 });
  requirePositive({ kappa: complete.kappa });
  return { ...complete, priors, network: network ?? networkOf(whole ? 32 : 16), seed, engine };
}

/** A squared error as decibels of a PSNR, for a sentence. */
export function inDecibels(risk: number): string {
  return `${(-10 * Math.log10(Math.max(risk, 1e-6))).toFixed(1)} dB`;
}
