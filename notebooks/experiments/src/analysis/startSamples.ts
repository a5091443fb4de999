import type { GridImage } from "ddpm-dip/figure";
import type { Line } from "../charts";
import type { SpecOf, TrialRecord } from "../spec";
import type { Row } from "./frames";

type SampleTrial = TrialRecord<SpecOf<"ddpm-sample">>;

const starts = { dip: "DIP's image", image: "training image", blurred: "blurred training image" } as const;

/** What samples start from, as tables name it. */
export function nameSampleStart({ spec: { start } }: SampleTrial): string {
  return start ? starts[start.of] : "noise";
}

/** The pictures that a trial has kept of its first samples, or of what they started from. */
export function samplePictures({ images }: SampleTrial, of: "sample" | "start"): GridImage[] {
  return Array.from({ length: 10 }, (_, i) => images[`${of}${i}`]).flatMap((source) => (source ? [{ source }] : []));
}

/** Level that samples start from; that of noise for those from noise. */
const levelOf = ({ spec: { start } }: SampleTrial) => start?.level ?? 1000;

/** Samples by what they start from, a row a trial: quality, diversity, distances to what they come from, and seconds a sample. */
export function samplesTable(trials: readonly SampleTrial[]): Row[] {
  return trials.map((trial) => {
    const { metrics, spec } = trial;
    const read = (name: string) => metrics[name] ?? "–";
    return {
      ...{ start: nameSampleStart(trial), level: levelOf(trial), steps: spec.generator.levels },
      ...{ frechet: read("imagenet.frechet"), precision: read("imagenet.precision"), recall: read("imagenet.recall") },
      ...{ pairwise: read("pairwise"), source: read("fromSource"), nearest: read("nearest") },
      ...{ dip: spec.start?.of === "dip" ? read("secondsPriorPerImage") : 0, sampler: read("secondsPerImage") },
    };
  });
}

/** Metrics against the level of the start, a panel a metric and a line a kind of start; each ends at the samples from noise. @param steps of the sampler. */
export function samplesLines(
  trials: readonly SampleTrial[],
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
