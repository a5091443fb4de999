import { max, mean, median, min } from "simple-statistics";
import type { Line } from "../charts";
import { trainingPriors } from "../plans/priorTraining";
import type { SpecOf, TrialRecord } from "../spec";
import { same } from "./reverseRuns";
import { type Row, showRange } from "./tables";

type TrainingTrial = TrialRecord<SpecOf<"prior-training">>;

const readMetric = ({ key, metrics }: TrainingTrial, name: string) => {
  const value = metrics[name];
  if (value === undefined) throw new RangeError(`metric: got "${name}", which ${key} has not`);
  return value;
};

/** Conditional trainings are shifted to something, or to nothing. */
type TrainingKind = "conditional" | "generator";

const isOf = (kind: TrainingKind, { kind: of }: TrainingTrial["spec"]["prior"]) =>
  (of === "shift") === (kind === "conditional");

/** Seconds of a step: the median over the trainings of a kind, whose networks are the same. */
export function secondsPerStep(trials: readonly TrainingTrial[], kind: TrainingKind): number {
  const own = trials.filter(({ spec }) => isOf(kind, spec.prior));
  return median(own.map((trial) => readMetric(trial, "secondsPerStep")));
}

/** The compared trainings with their trials, the plain one first. */
function trainingsOf(trials: readonly TrainingTrial[], kind: TrainingKind) {
  return trainingPriors
    .filter(({ prior }) => isOf(kind, prior))
    .map((one) => ({ ...one, own: trials.filter(({ spec }) => same(spec.prior, one.prior)) }));
}

/** Restored validation images along the conditional trainings, means over seeds: by steps in panel 0, by seconds with the image's own in front in panel 1. */
export function trainingLines(trials: readonly TrainingTrial[], colours: Record<string, string>): Line[] {
  const step = secondsPerStep(trials, "conditional");
  return trainingsOf(trials, "conditional").flatMap(({ key, title, own }): Line[] => {
    if (own.length === 0) return [];
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
 * Trainings against the plain one of the same kind and seed, a row each: the first validated step with its final quality, the
 * same in seconds with those `before` the training, final means (of conditional ones the best on the way too), and the paired difference to the plain one (dB; of generators
 * that of the loss, %) with its least and greatest over seeds.
 * @throws RangeError when a plain training is missing.
 */
export function trainingTable(trials: readonly TrainingTrial[], kind: TrainingKind): Row[] {
  const isConditional = kind === "conditional";
  const [curve, sign] = isConditional ? ["psnr", 1] : ["validation", -1];
  const step = secondsPerStep(trials, kind);
  const trainings = trainingsOf(trials, kind);
  return trainings.flatMap(({ title, own }): Row[] => {
    if (own.length === 0) return [];
    const outcomes = own.map(({ spec, curves, metrics }) => {
      const { training: seed } = spec.seeds;
      const plain = trainings[0]?.own.find((one) => one.spec.seeds.training === seed);
      if (!plain) throw new RangeError(`there is no plain ${kind} training of seed ${seed} to compare with`);
      // Read from the curve, which is stored with fewer digits than the metric.
      const target = plain.curves[curve]?.at(-1) as number;
      const reached = (curves[curve] ?? []).findIndex((value) => sign * value >= sign * target);
      const steps = reached < 0 ? Number.POSITIVE_INFINITY : (curves.step?.[reached] as number);
      const { dipSeconds: before, validation: loss, psnr, guessPsnr: image } = metrics as Record<string, number>;
      const relative = 100 * ((loss as number) / (plain.metrics.validation as number) - 1);
      const gain = isConditional ? (psnr as number) - (plain.metrics.psnr as number) : relative;
      const best = max(curves.psnr ?? [Number.NaN]);
      return { steps, seconds: (before as number) + steps * step, before, loss, image, psnr, best, gain };
    });
    const all = (name: keyof (typeof outcomes)[number]) => outcomes.map((one) => one[name] as number);
    const of = (name: keyof (typeof outcomes)[number]) => mean(all(name));
    return [
      {
        ...{ training: title, steps: showReached(all("steps")), seconds: showReached(all("seconds")) },
        ...{ before: of("before"), loss: of("loss") },
        ...(isConditional && { image: of("image"), best: of("best"), psnr: of("psnr") }),
        ...{ gain: of("gain"), seeds: showRange({ low: min(all("gain")), high: max(all("gain")) }) },
      },
    ];
  });
}
