import canonicalize from "canonicalize";
import { mean } from "simple-statistics";
import { ablationDuration, ablationPhotos } from "../plans/startVariants";
import { chosenWarmStart } from "../plans/warmStart";
import { chosenEta, isChosenFit, warmTasks } from "../plans/warmTrial";
import type { SpecOf, TrialRecord } from "../spec";
import { type DescentResult, descentsOf } from "../warmStart";
import type { Row } from "./frames";

/** What one setting of the initialisation is, where it is not the chosen one. */
interface Change {
  kappa?: number;
  asked?: number;
  duration?: number;
  guidance?: string;
  guess?: string;
}

/**
 * What each setting of the initialised reverse diffusion changes, on half of the pixels: a row a setting, with the mean difference in
 * PSNR (dB) to the chosen one over the pairs of the same photo, pixels and seed, and the share of them in which it is better.
 * @param trials of the plans warmStart, warmCover, warmNoise and warmUsual; rows without a pair are left out.
 */
export function startEffects(trials: readonly TrialRecord<SpecOf<"warm-start">>[]): Row[] {
  const half = canonicalize(warmTasks[0]?.task);
  const own = trials.filter(({ spec }) => canonicalize(spec.task) === half && ablationPhotos.includes(spec.image.name));
  const rowsAt = (eta: number) => descentsOf(own.filter(({ spec }) => spec.eta === eta));
  const rows = rowsAt(chosenEta);
  const durations = [...new Set(rows.map(({ duration }) => duration))].sort((a, b) => a - b);
  const usual = {
    kappa: chosenWarmStart.kappa,
    asked: Math.max(...rows.map(({ asked }) => asked).filter((asked) => asked <= chosenWarmStart.evaluations)),
    duration: durations.includes(ablationDuration) ? ablationDuration : (durations[0] ?? 0),
    guidance: "errors",
  };
  const qualities = (change: Change, from: readonly DescentResult[] = rows) =>
    new Map(from.filter(has({ ...usual, ...change })).map(({ cell, psnr }) => [cell, psnr]));
  const chosen = qualities({});
  const row = (
    setting: string,
    value: string | number,
    instead: string | number,
    other: Map<string, number>,
  ): Row[] => {
    const pairs = [...other].flatMap(([cell, psnr]) => {
      const twin = chosen.get(cell);
      return twin === undefined ? [] : [psnr - twin];
    });
    if (pairs.length === 0) return [];
    const wins = mean(pairs.map((difference) => Number(difference > 0)));
    return [{ setting, value, chosen: instead, psnr: mean(pairs), wins, pairs: pairs.length }];
  };
  return [
    ...[0.5, 2].flatMap((kappa) => row("kappa of the start level", kappa, usual.kappa, qualities({ kappa }))),
    ...[1, 5, 10].flatMap((asked) => row("network evaluations", asked, usual.asked, qualities({ asked }))),
    ...durations
      .filter((duration) => duration !== usual.duration)
      .flatMap((duration) => row("iterations of DIP", duration, usual.duration, qualities({ duration }))),
    ...row("DIP in the noise estimate", "none", "weighed by the errors", qualities({ guidance: "none" })),
    ...row("DIP's input", "noise", "interpolated observation", qualities({ guess: "" })),
    ...[0, 0.85].flatMap((eta) => row("eta of DDNM's steps", eta, chosenEta, qualities({}, rowsAt(eta)))),
  ];
}

const has = (wanted: Change) => (row: DescentResult) =>
  row.start.by === "risk" &&
  row.start.kappa === wanted.kappa &&
  row.asked === wanted.asked &&
  row.duration === wanted.duration &&
  row.guidance.kind === wanted.guidance &&
  (wanted.guess === undefined ? isChosenFit(row) : row.guess === wanted.guess);
