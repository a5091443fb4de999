import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { mean } from "simple-statistics";
import { compareStops, contestant, type Duel, type Result, resultsOf, stopsOf } from "../league";
import type { SpecOf, TrialRecord } from "../spec";

/** The whole beside either model alone, on the same noisy photos. */
export interface DenoisingHeadline {
  photos: number;
  seeds: number;
  /** Mean PSNR, dB, mean SSIM and mean seconds. */
  whole: MethodSummary;
  dip: MethodSummary;
  ddpm: MethodSummary;
  /** The whole against DIP stopped by an oracle that sees the clean photo. */
  againstDip: Duel;
  /** The whole against the DDPM alone, one evaluation at the matched level. */
  againstDdpm: Duel;
}

/** Means over the runs of a method. */
export interface MethodSummary {
  psnr: number;
  ssim: number;
  seconds: number;
}

function summarise(results: readonly Result[]): MethodSummary {
  const of = (name: keyof MethodSummary) => mean(results.map((result) => result[name]));
  return { psnr: of("psnr"), ssim: of("ssim"), seconds: of("seconds") };
}

/** All three on the same runs. @throws RangeError when one of the whole's runs is missing on another side. */
function headlineOf(whole: readonly Result[], dip: readonly Result[], ddpm: readonly Result[]): DenoisingHeadline {
  return {
    photos: new Set(whole.map(({ photo }) => photo)).size,
    seeds: new Set(whole.map(({ seed }) => seed)).size,
    againstDip: compareStops(whole, dip),
    againstDdpm: compareStops(whole, ddpm),
    whole: summarise(whole),
    dip: summarise(dip),
    ddpm: summarise(ddpm),
  };
}

/**
 * Holds the whole against both models alone.
 * @param whole trials of `planWhole`.
 * @param league trials of plain DIP, of which the oracle's image is taken.
 * @param alone trials of `planDdpmDenoise`, of which the one-step restorer is taken.
 * @throws RangeError when one of the runs is missing on another side.
 */
export function compareDenoising(
  whole: readonly TrialRecord[],
  league: readonly TrialRecord[],
  alone: readonly TrialRecord[],
): DenoisingHeadline {
  const own = resultsOf([...whole], "weighed-all");
  const cells = new Set(own.map(({ cell }) => cell));
  const onSame = (results: Result[]) => results.filter(({ cell }) => cells.has(cell));
  const oracle = onSame(
    stopsOf(contestant("oracle"), [...league]).map((stop) => ({
      ...stop,
      seconds: stop.noticed * stop.secondsPerIteration,
    })),
  );
  const oneStep = alone.filter(({ spec }) => (spec as SpecOf<"ddpm-restore">).restorer?.kind === "one-step");
  const ddpm = onSame(resultsOf([...oneStep], "restored"));
  return headlineOf(own, oracle, ddpm);
}

/**
 * The same on a test set of trials of the whole and of plain DIP.
 * @param trials of `planSet14Denoise` or `planDenoiseLarge`; runs without plain DIP are passed over.
 * @param alone trials of the DDPM in one evaluation (`planSet14OneStep`); where left out, that of the whole's trials counts, which is
 *   given the pair's targets.
 * @returns undefined when there is no run of both.
 */
export function compareOnSet(
  trials: readonly TrialRecord[],
  alone?: readonly TrialRecord[],
): DenoisingHeadline | undefined {
  const ofArm = (kind: string) => trials.filter(({ spec }) => (spec as SpecOf<"denoise">).arm.kind === kind);
  const oracle = resultsOf(ofArm("plain"), "oracle");
  const cells = new Set(oracle.map(({ cell }) => cell));
  const onSame = (name: string) => resultsOf(ofArm("split"), name).filter(({ cell }) => cells.has(cell));
  const own = onSame("weighed-all");
  if (own.length === 0) return undefined;
  const ownCells = new Set(own.map(({ cell }) => cell));
  const ddpm = alone ? resultsOf([...alone], "restored").filter(({ cell }) => ownCells.has(cell)) : onSame("ddpm");
  return headlineOf(
    own,
    oracle.filter(({ cell }) => ownCells.has(cell)),
    ddpm,
  );
}

/**
 * How far an estimated risk is from the true error, as a share of the error: mean of the sizes.
 * @param image of the pair at its stop, or of all guesses weighed, which is what a user gets.
 */
export function calibration(trials: readonly TrialRecord[], image: "stopped" | "weighed-all" = "stopped"): Interval {
  return bootstrapMean(
    trials.map(({ metrics }) =>
      Math.abs((metrics[`${image}.risk`] as number) / (metrics[`${image}.error`] as number) - 1),
    ),
  );
}

/** What DIP's own image adds to the DDPM that was adapted to the photo, in the whole, dB. */
export function addedByDip(whole: readonly TrialRecord[]): Interval {
  return bootstrapMean(
    whole.map(({ metrics }) => (metrics["weighed-all.psnr"] as number) - (metrics["adapted.psnr"] as number)),
  );
}
