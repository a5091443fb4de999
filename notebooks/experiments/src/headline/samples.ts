import type { SpecOf, TrialRecord } from "../spec";

/** Samples from noise beside samples from DIP's images, by the same number of steps. */
export interface SamplesHeadline {
  count: number;
  steps: number;
  /** The level that the best start goes down from. */
  level: number;
  /** Frechet distance on ImageNet's features, and recall: the share of the real set that is covered. */
  fromNoise: { frechet: number; recall: number };
  fromDip: { frechet: number; recall: number };
}

/** Holds DIP's start with the least distance against noise. @returns undefined when there are no samples of both. */
export function compareSamples(trials: readonly TrialRecord[], steps = 10): SamplesHeadline | undefined {
  const specOf = ({ spec }: TrialRecord) => spec as SpecOf<"ddpm-sample">;
  const read = ({ metrics }: TrialRecord) => ({
    frechet: metrics["imagenet.frechet"] as number,
    recall: metrics["imagenet.recall"] as number,
  });
  const at = trials.filter((trial) => specOf(trial).generator.levels === steps);
  const noise = at.find((trial) => !specOf(trial).start);
  const [best] = at
    .filter((trial) => specOf(trial).start?.of === "dip")
    .sort((a, b) => read(a).frechet - read(b).frechet);
  if (!noise || !best) return undefined;
  const level = specOf(best).start?.level as number;
  return { count: specOf(best).count, steps, level, fromNoise: read(noise), fromDip: read(best) };
}
