import type { GridImage } from "ddpm-dip/figure";
import type { TrialRecord } from "ddpm-dip/trials";
import { median } from "simple-statistics";
import type { Line } from "../charts";
import type { DdpmSampleSpec } from "../spec";
import type { TrainingLog } from "../training";
import type { Row } from "./frames";

type SampleRecord = TrialRecord<DdpmSampleSpec>;

const samplers: Record<DdpmSampleSpec["generator"]["kind"], string> = {
  ancestral: "ancestral",
  ddim: "DDIM",
  "dpm-solver": "DPM-Solver++",
  heun: "Heun",
};

/** Metrics of a trial in columns, by the names of the metrics; "–" for those that it has not. */
function columnsOf({ metrics }: SampleRecord, names: Readonly<Record<string, string>>): Row {
  return Object.fromEntries(Object.entries(names).map(([column, name]) => [column, metrics[name] ?? "–"]));
}

/**
 * Seconds of a sample at one price of an evaluation: the median over all trials of the same network, guided or not. A trial's own seconds
 * wander with what else its machine did.
 */
function sampleSeconds(records: readonly SampleRecord[]): (record: SampleRecord) => number {
  const evaluationsOf = ({ metrics }: SampleRecord) => metrics.evaluations ?? 0;
  const networkOf = ({ spec }: SampleRecord) => `${spec.checkpoint.name} ${spec.guidance > 0}`;
  const evaluated = records.filter((record) => evaluationsOf(record) > 0);
  return (record) => {
    const alike = evaluated.filter((other) => networkOf(other) === networkOf(record));
    const prices = alike.map((other) => (other.metrics.secondsPerImage ?? Number.NaN) / evaluationsOf(other));
    return evaluationsOf(record) > 0 ? evaluationsOf(record) * median(prices) : 0;
  };
}

/** Each sampler of a generator at each number of network evaluations (NFE): Fréchet distances, precision, recall, seconds. */
export function samplersTable(records: readonly SampleRecord[]): Row[] {
  const secondsOf = sampleSeconds(records);
  return records.map((record) => ({
    sampler: samplers[record.spec.generator.kind],
    ...columnsOf(record, {
      ...{ evaluations: "evaluations", imagenet: "imagenet.frechet", low: "imagenet.frechetLow" },
      ...{ high: "imagenet.frechetHigh", classifier: "classifier.frechet", random: "random.frechet" },
      ...{ precision: "imagenet.precision", recall: "imagenet.recall", coverage: "imagenet.coverage" },
      pairwise: "pairwise",
    }),
    seconds: secondsOf(record),
  }));
}

/** The trial with the least Fréchet distance in ImageNet's features; none where there is no trial. */
export function bestSamples(records: readonly SampleRecord[]): SampleRecord | undefined {
  const distance = ({ metrics }: SampleRecord) => metrics["imagenet.frechet"] as number;
  return [...records].sort((a, b) => distance(a) - distance(b))[0];
}

/** What a trial kept of its first samples, and the training image that is nearest to each. */
export function nearestPictures({ images }: SampleRecord, count: number) {
  const shown = Object.keys(images).flatMap((name) => /^sample(\d+)$/.exec(name)?.[1] ?? []);
  const row = (of: string) => shown.slice(0, count).map((i) => ({ source: images[`${of}${i}`] as string }));
  return [
    { name: "samples", images: row("sample") },
    { name: "nearest", images: row("nearest") },
  ];
}

/** The generators side by side: size, guidance, Fréchet distance with its interval beside that of training images, cost. */
export function generatorsTable(
  records: readonly SampleRecord[],
  parametersOf: (name: string) => number | undefined,
): Row[] {
  const secondsOf = sampleSeconds(records);
  return records.map((record) => {
    const { checkpoint, guidance, count } = record.spec;
    return {
      ...{ generator: checkpoint.name, weights: parametersOf(checkpoint.name) ?? Number.NaN, guidance, samples: count },
      ...columnsOf(record, {
        ...{ frechet: "imagenet.frechet", low: "imagenet.frechetLow", high: "imagenet.frechetHigh" },
        ...{ floor: "imagenet.frechetFloor", precision: "imagenet.precision", recall: "imagenet.recall" },
      }),
      seconds: secondsOf(record),
    };
  });
}

/** Two samples of each class, a row of pictures each, of the trials that kept so many. */
export function classPictures(records: readonly SampleRecord[], classes: number) {
  const kept = records.filter(({ images }) => `sample${2 * classes - 1}` in images);
  return kept.flatMap(({ spec, images }) =>
    [0, classes].map((first) => ({
      name: first === 0 ? `${spec.checkpoint.name.replace("-", "-<br>")}<br>guidance ${spec.guidance}` : "",
      images: Array.from({ length: classes }, (_, i) => ({ source: images[`sample${first + i}`] as string })),
    })),
  );
}

export function trainingsTable(logs: readonly TrainingLog[]): Row[] {
  return logs.map(({ spec, parameters, seconds, trainer, machine }) => ({
    ...{ network: spec.name, weights: parameters, steps: spec.steps, batch: spec.batch, patch: spec.size },
    ...{ hours: seconds / 3600, trainer: trainer === "pytorch" ? "PyTorch" : "this engine" },
    on: /^.* on (NVIDIA .*)$/.exec(machine)?.[1] ?? "two cores",
  }));
}

/** PSNR of the predicted clean image at one level of the diffusion, dB, over the hours of a training. */
export function validationCurve({ spec, validation }: TrainingLog, t: number): { x: number[]; y: number[] } {
  const errors = validation.map(({ levels }) => levels.find((level) => level.t === t)?.cleanError);
  if (errors.includes(undefined)) throw new RangeError(`${spec.name} was not validated at t = ${t}`);
  return {
    x: validation.map(({ seconds }) => seconds / 3600),
    y: errors.map((error) => -10 * Math.log10(error as number)),
  };
}

const starts = { dip: "DIP's image", image: "test image", blurred: "blurred test image" } as const;

/** The pictures that a trial has kept of its first samples, or of what they started from. */
export function samplePictures({ images }: SampleRecord, of: "sample" | "start"): GridImage[] {
  return Array.from({ length: 10 }, (_, i) => images[`${of}${i}`]).flatMap((source) => (source ? [{ source }] : []));
}

/** Level that samples start from; that of noise for those from noise. */
const levelOf = ({ spec: { start } }: SampleRecord) => start?.level ?? 1000;

/** Samples by what they start from, a row a trial: quality, diversity, distances to what they come from, and seconds a sample. */
export function samplesTable(trials: readonly SampleRecord[]): Row[] {
  const secondsOf = sampleSeconds(trials);
  return trials.map((trial) => {
    const { start, generator } = trial.spec;
    return {
      ...{ start: start ? starts[start.of] : "noise", level: levelOf(trial) },
      steps: start?.level === 0 ? 0 : generator.levels,
      ...columnsOf(trial, {
        ...{ frechet: "imagenet.frechet", precision: "imagenet.precision", recall: "imagenet.recall" },
        ...{ pairwise: "pairwise", source: "fromSource", nearest: "nearest" },
      }),
      dip: start?.of === "dip" ? (trial.metrics.secondsPriorPerImage ?? "–") : 0,
      sampler: secondsOf(trial),
    };
  });
}

/** Metrics against the level of the start, a panel a metric and a line a kind of start; each ends at the samples from noise. @param steps of the sampler. */
export function samplesLines(
  trials: readonly SampleRecord[],
  metricNames: readonly string[],
  { steps, colours }: { steps: number; colours: Partial<Record<keyof typeof starts, string>> },
): Line[] {
  const at = trials.filter(({ spec }) => spec.generator.levels === steps);
  const noise = at.filter(({ spec }) => !spec.start);
  return metricNames.flatMap((metric, panel) =>
    (["dip", "image", "blurred"] as const).flatMap((of) => {
      const own = at.filter(({ spec }) => spec.start?.of === of).sort((a, b) => levelOf(a) - levelOf(b));
      const colour = colours[of];
      if (own.length === 0 || colour === undefined) return [];
      const points = [...own, ...noise];
      const y = points.map(({ metrics }) => metrics[metric] ?? Number.NaN);
      return [
        { name: starts[of], x: points.map(levelOf), y, colour, points: "too" as const, panel, hidden: panel > 0 },
      ];
    }),
  );
}
