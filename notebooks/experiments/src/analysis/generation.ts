import type { TrialRecord } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import type { TrainingLog } from "../training";
import type { Row } from "./frames";

type SampleSpec = SpecOf<"ddpm-sample">;
type SampleRecord = TrialRecord<SampleSpec>;

const samplers: Record<SampleSpec["generator"]["kind"], string> = {
  ancestral: "ancestral",
  ddim: "DDIM",
  "dpm-solver": "DPM-Solver++",
  heun: "Heun",
};

/** Each sampler of a generator at each number of network evaluations (NFE): Fréchet distances, precision, recall, seconds. */
export function samplersTable(records: readonly SampleRecord[]): Row[] {
  return records.map(({ spec, metrics }) => {
    const of = (name: string) => metrics[name] as number;
    return {
      ...{ sampler: samplers[spec.generator.kind], evaluations: of("evaluations"), imagenet: of("imagenet.frechet") },
      ...{ low: of("imagenet.frechetLow"), high: of("imagenet.frechetHigh"), classifier: of("classifier.frechet") },
      ...{ random: of("random.frechet"), precision: of("imagenet.precision"), recall: of("imagenet.recall") },
      ...{ coverage: of("imagenet.coverage"), pairwise: of("pairwise"), seconds: of("secondsPerImage") },
    };
  });
}

/** The trial with the least Fréchet distance in ImageNet's features; none where there is no trial. */
export function bestSamples(records: readonly SampleRecord[]): SampleRecord | undefined {
  const distance = ({ metrics }: SampleRecord) => metrics["imagenet.frechet"] as number;
  return [...records].sort((a, b) => distance(a) - distance(b))[0];
}

/** What a trial kept of its first samples, and the training image that is nearest to each. */
export function nearestPictures({ images }: SampleRecord, count: number) {
  const names = Object.keys(images).filter((name) => /^sample\d+$/.test(name));
  const shown = names.slice(0, count);
  return [
    { name: "samples", images: shown.map((name) => ({ source: images[name] as string })) },
    {
      name: "nearest",
      images: shown.map((name) => ({ source: images[name.replace("sample", "nearest")] as string })),
    },
  ];
}

/** The generators side by side: size, guidance, Fréchet distance with its interval beside that of training images, cost. */
export function generatorsTable(
  records: readonly SampleRecord[],
  parametersOf: (name: string) => number | undefined,
): Row[] {
  return records.map(({ spec, metrics }) => {
    const of = (name: string) => metrics[name] as number;
    const { name } = spec.checkpoint;
    return {
      ...{ generator: name, weights: parametersOf(name) ?? Number.NaN, guidance: spec.guidance, samples: spec.count },
      ...{ frechet: of("imagenet.frechet"), low: of("imagenet.frechetLow"), high: of("imagenet.frechetHigh") },
      ...{ floor: of("imagenet.frechetFloor"), precision: of("imagenet.precision"), recall: of("imagenet.recall") },
      seconds: of("secondsPerImage"),
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

/** The trained networks, a row each. */
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
