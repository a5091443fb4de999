import { mean } from "simple-statistics";
import { trainingPriors } from "../plans/priorTraining";
import { trainingOutcomes } from "../priorTraining";
import type { TrialRecord } from "../spec";

/** What a guess in training saves, in words for a sentence: means over the seeds, rounded. */
export interface TrainingHeadline {
  title: string;
  /** First validated step with the plain training's final quality, or "never". */
  steps: string;
  /** The same in seconds, those of the guess included. */
  seconds: string;
  /** When the plain training has it. */
  plainSteps: string;
  plainSeconds: string;
}

const inWords = (values: number[]) => (values.every(Number.isFinite) ? mean(values).toFixed(0) : "never");

/**
 * The conditional trainings that are shifted to DIP's longest image and to the blurred given, their best control, against the
 * training without a shift. Those without trials are left out.
 */
export function compareTrainings(trials: readonly TrialRecord[]): TrainingHeadline[] {
  if (trials.length === 0) return [];
  const each = trials.map(({ metrics }) => metrics.secondsPerStep as number).sort((a, b) => a - b);
  const outcomes = trainingOutcomes(trials, { secondsPerStep: each[Math.floor(each.length / 2)] as number });
  const of = (key: string) => {
    const wanted = JSON.stringify(trainingPriors.find((one) => one.key === key)?.prior);
    return outcomes.filter(({ prior }) => JSON.stringify(prior) === wanted);
  };
  const plain = of("none");
  return ["dip-100", "blurred"].flatMap((key) => {
    const own = of(key);
    if (own.length === 0 || plain.length === 0) return [];
    const read = (some: typeof own, name: "stepsToTarget" | "secondsToTarget") =>
      inWords(some.map((outcome) => outcome[name]));
    return [
      {
        title: trainingPriors.find((one) => one.key === key)?.title ?? key,
        steps: read(own, "stepsToTarget"),
        seconds: read(own, "secondsToTarget"),
        plainSteps: read(plain, "stepsToTarget"),
        plainSeconds: read(plain, "secondsToTarget"),
      },
    ];
  });
}
