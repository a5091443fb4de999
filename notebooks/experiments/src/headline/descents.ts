import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { comparedNetworks } from "../plans";
import type { SpecOf, TrialRecord } from "../spec";
import { type DescentResult, descentsOf, nameRestoration } from "../warmStart";
import { chosenEvaluations, isChosenStart, isGuided, isRuledStart, same } from "./chosen";

/** What DIP in the noise estimate adds to the same descent without it, by DIP's iterations, dB. */
export function guidanceGain(warm: readonly TrialRecord[]): { duration: number; gain: Interval }[] {
  const rows = descentsOf(warm).filter(isChosenStart);
  if (rows.length === 0) return [];
  const evaluations = chosenEvaluations(rows);
  const nameOf = ({ cell, duration }: DescentResult) => `${cell}/${duration}`;
  const at = rows.filter(({ asked }) => asked === evaluations);
  const plain = new Map(at.filter(({ guidance }) => guidance.kind === "none").map((row) => [nameOf(row), row.psnr]));
  const guided = at.filter((row) => isGuided(row) && plain.has(nameOf(row)));
  const durations = [...new Set(guided.map(({ duration }) => duration))].sort((a, b) => a - b);
  return durations.map((duration) => {
    const gains = guided
      .filter((row) => row.duration === duration)
      .map((row) => row.psnr - (plain.get(nameOf(row)) ?? 0));
    return { duration, gain: bootstrapMean(gains) };
  });
}

/** What the tables call the network of a trial: networks of one kind differ in their settings. */
function nameNetwork({ spec }: TrialRecord): string {
  const { prior } = spec as SpecOf<"warm-start">;
  if (prior.kind !== "dip") return prior.of;
  const { network: own } = prior;
  const compared = comparedNetworks().find(({ network }) => same(network, own))?.title;
  return compared ?? (own.kind === "skip" ? `skip network, ${own.filters[0]} channels` : own.kind);
}

/**
 * What the descent adds to DIP's image, by network, at one duration, dB; DIP of noise, and without it in the noise estimate.
 * @param usual trials of the usual network; images that the others do not have are left out.
 */
export function networkGains(
  usual: readonly TrialRecord[],
  others: readonly TrialRecord[],
  duration: number,
): { network: string; gain: Interval }[] {
  const cellOf = ({ spec }: TrialRecord) => nameRestoration(spec as SpecOf<"warm-start">);
  const cells = new Set(others.map(cellOf));
  const gains = [...usual.filter((trial) => cells.has(cellOf(trial))), ...others].flatMap((trial) => {
    const rows = descentsOf([trial]).filter(
      (row) => isRuledStart(row) && row.guess === "" && row.guidance.kind === "none" && row.duration === duration,
    );
    if (rows.length === 0) return [];
    const evaluations = chosenEvaluations(rows);
    const dip = trial.metrics[`prior${duration}.psnr`] as number;
    return rows
      .filter(({ asked }) => asked === evaluations)
      .map(({ psnr }) => ({ network: nameNetwork(trial), gain: psnr - dip }));
  });
  return [...new Set(gains.map(({ network }) => network))].map((network) => ({
    network,
    gain: bootstrapMean(gains.filter((one) => one.network === network).map(({ gain }) => gain)),
  }));
}
