import { max, mean, median, min } from "simple-statistics";
import type { Line } from "../charts";
import { trainingPriors } from "../plans/priorTraining";
import { type TrainingOutcome, trainingOutcomes } from "../priorTraining";
import type { SpecOf, TrialRecord } from "../spec";
import { same } from "./descents";
import type { Row } from "./frames";
import { showRange } from "./tables";

type TrainingTrial = TrialRecord<SpecOf<"prior-training">>;

const readMetric = ({ key, metrics }: TrainingTrial, name: string) => {
  const value = metrics[name];
  if (value === undefined) throw new RangeError(`metric: got "${name}", which ${key} has not`);
  return value;
};

/** Seconds of a training step: the median over all trainings, whose networks are the same. */
export function secondsPerStep(trials: readonly TrainingTrial[]): number {
  return median(trials.map((trial) => readMetric(trial, "secondsPerStep")));
}

/** The compared trainings with their trials, those without left out. @param kind conditional ones are shifted to something. */
function trainingsOf(trials: readonly TrainingTrial[], kind: "conditional" | "generator") {
  return trainingPriors
    .filter(({ prior }) => (prior.kind === "shift") === (kind === "conditional"))
    .map((one) => ({ ...one, own: trials.filter(({ spec }) => same(spec.prior, one.prior)) }))
    .filter(({ own }) => own.length > 0);
}

/** Restored validation images along the conditional trainings, means over seeds: by steps in panel 0, by seconds with the image's own in front in panel 1. */
export function trainingLines(trials: readonly TrainingTrial[], colours: Record<string, string>): Line[] {
  const step = secondsPerStep(trials);
  return trainingsOf(trials, "conditional").flatMap(({ key, title, own }): Line[] => {
    const steps = own[0]?.curves.step ?? [];
    const y = steps.map((_, i) => mean(own.map(({ curves }) => curves.psnr?.[i] ?? Number.NaN)));
    const before = mean(own.map((trial) => readMetric(trial, "dipSeconds")));
    const line = { name: title, y, colour: colours[key] ?? "#8C8C8C" };
    return [
      { ...line, x: steps, panel: 0 },
      { ...line, x: steps.map((at) => before + step * at), panel: 1, hidden: true },
    ];
  });
}

/** Means where all seeds reach it; else how many do. */
function showReached(values: readonly number[]): string {
  const reached = values.filter(Number.isFinite);
  if (reached.length === 0) return "never";
  const few = reached.length < values.length ? ` (${reached.length} of ${values.length})` : "";
  return `${mean(reached).toFixed(0)}${few}`;
}

/**
 * Trainings against the plain one of the same kind and seed, a row each: first validated step with its final quality and the same in
 * seconds with those before the training, these, the final validation loss, and of conditional ones the PSNR of what they are
 * shifted to and of what they restore, with the paired difference to the plain one (dB; of generators that of the loss, %) and its
 * least and greatest of the seeds.
 */
export function trainingTable(trials: readonly TrainingTrial[], kind: "conditional" | "generator"): Row[] {
  const outcomes = trainingOutcomes(trials, { secondsPerStep: secondsPerStep(trials) });
  const outcomeOf = (prior: TrainingOutcome["prior"]) => outcomes.filter((one) => same(one.prior, prior));
  const trainings = trainingsOf(trials, kind);
  const plain = trainings[0] ? outcomeOf(trainings[0].prior) : [];
  return trainings.map(({ title, prior }): Row => {
    const own = outcomeOf(prior);
    const of = (read: (one: TrainingOutcome) => number) => mean(own.map(read));
    const gains = own.flatMap((one) => {
      const other = plain.find(({ seed }) => seed === one.seed);
      if (!other) return [];
      const loss = 100 * (one.finalValidationLoss / other.finalValidationLoss - 1);
      return [kind === "conditional" ? one.finalPsnr - other.finalPsnr : loss];
    });
    const range = { low: min(gains), high: max(gains) };
    const quality = { image: of(({ guessPsnr }) => guessPsnr), psnr: of(({ finalPsnr }) => finalPsnr) };
    return {
      ...{ training: title, steps: showReached(own.map(({ stepsToTarget }) => stepsToTarget)) },
      ...{
        seconds: showReached(own.map(({ secondsToTarget }) => secondsToTarget)),
        before: of(({ dipSeconds }) => dipSeconds),
      },
      ...{ loss: of(({ finalValidationLoss }) => finalValidationLoss), ...(kind === "conditional" && quality) },
      ...{ gain: mean(gains), seeds: showRange(range) },
    };
  });
}
