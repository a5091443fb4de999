import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { mean, median, quantile } from "simple-statistics";
import type { SpecOf, TrialRecord } from "../spec";
import type { Contestant } from "./roster";

/** What a rule did on one trajectory. */
export interface Stop {
  /** Names image, size, noise, seed and what the rules were told; the same for all trainings. */
  cell: string;
  photo: string;
  seed: number;
  /** Of the image that it returns: dB, and 1 for equality. */
  psnr: number;
  ssim: number;
  /** How far that is below the best image of the same kind on the same trajectory, dB. */
  gap: number;
  iteration: number;
  oracleIteration: number;
  /** The iteration at which it stopped, or the last of the trajectory when it did not. */
  noticed: number;
  stopped: boolean;
  /** Of the rule itself, without the training. */
  msPerIteration: number;
  /** Of the training, the rule included. */
  secondsPerIteration: number;
  memoryBytes: number;
}

/** The noise of a cell in words, such as "25" for Gaussian noise of sigma 25/255 and "Poisson 20". */
export function nameNoise(noise: SpecOf<"league">["noise"]): string {
  return noise.kind === "gaussian" ? String(Math.round(noise.sigma * 255)) : `Poisson ${noise.peak}`;
}

function metricOf({ key, metrics }: TrialRecord, name: string): number {
  const value = metrics[name];
  if (value === undefined) throw new RangeError(`metric: got "${name}", which ${key} does not have`);
  return value;
}

/**
 * What a rule did on each trajectory of its training. The oracle stops nowhere and notices at its own iteration.
 * @param records of any training; those of others are passed over.
 * @throws RangeError when a record of its training does not hold the rule.
 */
export function stopsOf({ rule, training }: Contestant, records: TrialRecord[]): Stop[] {
  return records.flatMap((record) => {
    const spec = record.spec as SpecOf<"league">;
    if (spec.method !== "league" || spec.training !== training) return [];
    const read = (name: string) => metricOf(record, name);
    const isOracle = rule === "oracle";
    const bound = !isOracle && read(`${rule}.onOutput`) === 1 ? "oracle-output" : "oracle";
    const noise = nameNoise(spec.noise);
    return [
      {
        cell: `${spec.photo}/${spec.size}/${noise}/${spec.seeds.noise}/${spec.toldSigma}`,
        photo: spec.photo,
        seed: spec.seeds.noise,
        psnr: read(`${rule}.psnr`),
        ssim: read(`${rule}.ssim`),
        gap: read(`${bound}.psnr`) - read(`${rule}.psnr`),
        iteration: read(`${rule}.iteration`),
        oracleIteration: read(`${bound}.iteration`),
        noticed: isOracle ? read("oracle.iteration") : read(`${rule}.noticed`),
        stopped: isOracle || read(`${rule}.stopped`) === 1,
        msPerIteration: isOracle ? 0 : read(`${rule}.msPerIteration`),
        secondsPerIteration: read("secondsPerIteration"),
        memoryBytes: isOracle ? 0 : read(`${rule}.memoryBytes`),
      },
    ];
  });
}

/** A rule's row of the league. */
export interface Standing {
  images: number;
  seeds: number;
  psnr: Interval;
  ssim: Interval;
  gapMedian: number;
  gap90: number;
  gap95: number;
  gapWorst: number;
  /** Share of the trajectories with a gap above 1 dB. */
  failureShare: number;
  /** Share of the trajectories on which the rule stopped of itself. */
  stoppedShare: number;
  /** Median iterations from the best one to the one at which the rule stopped. */
  noticedAfter: number;
  iterations: number;
  msPerIteration: number;
  secondsPerIteration: number;
  memoryMiB: number;
}

/** Sums up what a rule did. @throws RangeError when there is no stop. */
export function standingOf(stops: Stop[]): Standing {
  if (stops.length === 0) throw new RangeError("the standing of a rule without trajectories was asked for");
  const gaps = stops.map(({ gap }) => gap);
  return {
    images: new Set(stops.map(({ photo }) => photo)).size,
    seeds: new Set(stops.map(({ seed }) => seed)).size,
    psnr: bootstrapMean(stops.map(({ psnr }) => psnr)),
    ssim: bootstrapMean(stops.map(({ ssim }) => ssim)),
    gapMedian: median(gaps),
    gap90: quantile(gaps, 0.9),
    gap95: quantile(gaps, 0.95),
    gapWorst: Math.max(...gaps),
    failureShare: mean(gaps.map((gap) => (gap > 1 ? 1 : 0))),
    stoppedShare: mean(stops.map(({ stopped }) => (stopped ? 1 : 0))),
    noticedAfter: median(stops.map(({ noticed, oracleIteration }) => noticed - oracleIteration)),
    iterations: mean(stops.map(({ noticed }) => noticed)),
    msPerIteration: median(stops.map(({ msPerIteration }) => msPerIteration)),
    secondsPerIteration: median(stops.map(({ secondsPerIteration }) => secondsPerIteration)),
    memoryMiB: Math.max(...stops.map(({ memoryBytes }) => memoryBytes)) / 2 ** 20,
  };
}

/** One rule against another on the same images, noise and seeds. */
export interface Duel {
  pairs: number;
  /** Mean difference of the PSNR of what they return, dB; above zero where the first is better. */
  difference: Interval;
  /** Share of the pairs that the first wins. */
  wins: number;
}

/**
 * Compares two rules pair by pair.
 * @throws RangeError when a cell of the first is missing from the second.
 */
export function compareStops(
  first: readonly Pick<Stop, "cell" | "psnr">[],
  second: readonly Pick<Stop, "cell" | "psnr">[],
): Duel {
  const others = new Map(second.map((stop) => [stop.cell, stop.psnr]));
  const differences = first.map(({ cell, psnr }) => {
    const other = others.get(cell);
    if (other === undefined) throw new RangeError(`pairs: ${cell} is on one side only`);
    return psnr - other;
  });
  return {
    pairs: differences.length,
    difference: bootstrapMean(differences),
    wins: mean(differences.map((difference) => (difference > 0 ? 1 : 0))),
  };
}
