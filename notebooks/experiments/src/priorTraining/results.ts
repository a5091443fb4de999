import type { TrialRecord } from "../spec";
import type { PriorTrainingSpec } from "./images";

/** One training, against the plain one of its kind and seed. */
export interface TrainingOutcome {
  prior: PriorTrainingSpec["prior"];
  seed: number;
  /** First validated step with the plain training's final quality; Infinity where it was not reached. */
  stepsToTarget: number;
  /** Spent on DIP before the first step, seconds. */
  dipSeconds: number;
  /** DIP's seconds and those steps, at `secondsPerStep`. */
  secondsToTarget: number;
  finalValidationLoss: number;
  /** Of restored validation images, dB; NaN for a generator. */
  finalPsnr: number;
  /** Of the guess mu itself with the known pixels put in, dB; NaN for a generator. */
  guessPsnr: number;
}

/** Whether a training is the plain one that others of its kind are held against. */
function isPlain({ prior }: PriorTrainingSpec): boolean {
  return prior.kind === "plain" || (prior.kind === "shift" && prior.of === "none");
}

/** Trainings with the same validation: conditional ones, and generators. */
function kindOf({ prior }: PriorTrainingSpec): string {
  return prior.kind === "shift" ? "conditional" : "generator";
}

/**
 * Each training against the plain one of the same seed: when it first has the quality that the plain one ends with, by the
 * PSNR of restored images where there is one, by the validation loss for generators.
 * @param secondsPerStep what a step takes in any of them, for they all take the same.
 * @throws RangeError when a plain training is missing.
 */
export function trainingOutcomes(
  trials: readonly TrialRecord[],
  { secondsPerStep }: { secondsPerStep: number },
): TrainingOutcome[] {
  const own = trials.filter(
    (trial): trial is TrialRecord & { spec: PriorTrainingSpec } => trial.spec.method === "prior-training",
  );
  return own.map(({ spec, curves, metrics }) => {
    const seed = spec.seeds.training;
    const plain = own.find(
      (other) => isPlain(other.spec) && kindOf(other.spec) === kindOf(spec) && other.spec.seeds.training === seed,
    );
    if (!plain) throw new RangeError(`there is no plain ${kindOf(spec)} training of seed ${seed} to compare with`);
    const [name, sign] = spec.prior.kind === "shift" ? ["psnr", 1] : ["validation", -1];
    // Read from the curve, which is stored with fewer digits than the metric.
    const target = plain.curves[name]?.at(-1) as number;
    const reached = (curves[name] ?? []).findIndex((value) => sign * value >= sign * target);
    const stepsToTarget = reached < 0 ? Number.POSITIVE_INFINITY : ((curves.step as number[])[reached] as number);
    const dipSeconds = metrics.dipSeconds as number;
    return {
      prior: spec.prior,
      seed,
      stepsToTarget,
      dipSeconds,
      secondsToTarget: dipSeconds + stepsToTarget * secondsPerStep,
      finalValidationLoss: metrics.validation as number,
      finalPsnr: metrics.psnr ?? Number.NaN,
      guessPsnr: metrics.guessPsnr ?? Number.NaN,
    };
  });
}
