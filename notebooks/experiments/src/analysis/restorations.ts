import type { AnySpec } from "ddpm-dip/trials";
import { linearRegression, linearRegressionLine, median } from "simple-statistics";
import * as plans from "../plans";
import type { DdpmRestoreSpec, TrialRecord } from "../spec";
import { type ReverseRun, recordingOf, reverseRunsOf, type StartTrial, titleOf } from "./reverseRuns";
import { groupBy } from "./tables";

/** One restored image, by one method at one setting, with what it cost. */
export interface Restoration {
  task: string;
  /**
   * As the exported table names it: `ddpm` (DDNM) and `ddpm-dps`; `dip`, `dip-other-input` (the interpolated observation) and `dip-of-all` (nothing held out);
   * `dip-start`, `dip-start-at-level` (from a given level in place of that of the estimated error), `dip-start-other-weight` (DIP in the
   * noise estimate), `dip-start-other-input`; `start-<control>`, and `only-<control>` without the diffusion; `-mean` of several draws.
   */
  method: string;
  image: string;
  seed: number;
  /** What DIP's network has as its input; empty without DIP. */
  dipInput: "" | "noise" | "interpolated";
  dipIterations: number;
  weighed: boolean;
  /** Level at which the reverse diffusion starts; NaN where there is none, and from noise. */
  t0: number;
  /**
   * Evaluations that the diffusion may take, and those that it takes: from a low level it has no more of them than levels. Of several
   * draws those of all.
   */
  nfe: number;
  taken: number;
  /** Reverse diffusions that it is the mean of; 1 for one, and for none. */
  draws: number;
  /** dB. */
  psnr: number;
  ssim: number;
  secondsDip: number;
  secondsSampler: number;
  seconds: number;
}

const without = {
  ...{ dipInput: "" as const, dipIterations: 0, weighed: false, t0: Number.NaN, nfe: 0, taken: 0, draws: 1 },
  ...{ secondsDip: 0, secondsSampler: 0 },
};
type Place = Pick<StartTrial["spec"], "task" | "image"> & { seeds: { noise: number } };
const placeOf = ({ task, image, seeds }: Place) => ({ task: titleOf(task), image: image.name, seed: seeds.noise });

const inputOf = (guess: string) => (guess === "" ? "noise" : "interpolated");

/** Whether DIP is shown all that was measured, and so has no estimate of its error. */
const isOfAll = ({ prior }: StartTrial["spec"]) => prior.kind === "dip" && prior.heldOut < 0.01;

/** A reverse diffusion that was started from an image; none for DIP of the other input and the other weight, and for DIP of all. */
function fromStart(row: ReverseRun): Restoration[] {
  const { spec, task, image, seed, prior, guess, duration, t0, asked, taken, psnr, ssim, seconds, guidance } = row;
  const weighed = guidance.kind === "errors";
  const { secondsPrior: secondsDip, secondsSampler, drawn: draws = 1 } = row;
  // The first draw is that of the trials with one.
  if (row.drawn === 1) return [];
  const nfe = draws * asked;
  const own = { task, image, seed, weighed, t0, nfe, taken, draws, psnr, ssim, secondsDip, secondsSampler };
  const suffix = draws > 1 ? "-mean" : "";
  if (prior !== "dip") return [{ ...without, ...own, method: `start-${prior}${suffix}`, seconds }];
  const other = [...(guess === "" ? [] : ["input"]), ...(weighed ? ["weight"] : [])];
  if (other.length > 1 || isOfAll(spec)) return [];
  const isAtLevel = other.length === 0 && row.level !== undefined;
  const method = (isAtLevel ? "dip-start-at-level" : ["dip-start", ...other].join("-other-")) + suffix;
  return [{ ...own, method, dipInput: inputOf(guess), dipIterations: duration, seconds }];
}

/** A trial without the diffusion: DIP along its fit, or what a control starts from. */
function fromPrior({ spec, metrics, curves }: StartTrial): Restoration[] {
  const { prior } = spec;
  const at = { ...without, ...placeOf(spec) };
  if (prior.kind === "control") {
    const of = (name: string) => metrics[`prior0.${name}`] as number;
    const seconds = of("seconds");
    return [{ ...at, method: `only-${prior.of}`, psnr: of("psnr"), ssim: of("ssim"), secondsDip: seconds, seconds }];
  }
  const guess = prior.guess?.place ?? "";
  const method = isOfAll(spec) ? "dip-of-all" : guess === "" ? "dip" : "dip-other-input";
  return (curves.iteration ?? []).map((duration, i) => {
    const of = (name: string) => curves[name]?.[i] as number;
    const seconds = of("dipSeconds") - recordingOf(metrics);
    const own = { method, dipInput: inputOf(guess), dipIterations: duration } as const;
    return { ...at, ...own, psnr: of("dipPsnr"), ssim: of("dipSsim"), secondsDip: seconds, seconds };
  });
}

/** Each setting once a place: plans may share a fit, and then its curve and what was started from it. */
function once(rows: readonly Restoration[]): Restoration[] {
  const nameOf = ({ task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe, draws }: Restoration) =>
    [task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe, draws].join("/");
  return [...groupBy(rows, nameOf).values()].map(([first]) => first as Restoration);
}

/**
 * Restorations with one price a setting, by a clock: of DIP with so many iterations and of a diffusion with so many evaluations a line
 * through its times, of a control its median on the task. Trials that ran beside other work would decide by it which setting is within a
 * budget.
 * @param clock restorations that were timed on an idle core.
 * @throws RangeError for a control on a task, or an input of DIP, that the clock has not.
 */
export function priceAlike(rows: readonly Restoration[], clock: readonly Restoration[] = rows): Restoration[] {
  const controlOf = ({ task, method }: Restoration) => `${task}/${method.replace(/^only-|^start-|-mean$/g, "")}`;
  const controls = new Map([...groupBy(clock, controlOf)].map(([key, own]) => [key, median(own.map(dipSecondsOf))]));
  const fits = new Map(
    [...groupBy(clock, inputNameOf)].map(([key, own]) => [key, lineOf(own, "dipIterations", "secondsDip")]),
  );
  const samplers = new Map(
    [...groupBy(clock, samplerOf)].map(([key, own]) => [key, lineOf(own, "taken", "secondsSampler")]),
  );
  return rows.map((row) => {
    const { dipInput, dipIterations, taken } = row;
    const unknown = () => raise(`${row.task}, ${row.method}: the clock has no such ${dipInput ? "fit" : "way"}`);
    const ofStart = dipInput ? fits.get(dipInput)?.(dipIterations) : controls.get(controlOf(row));
    const secondsDip = row.method.startsWith("ddpm") ? 0 : (ofStart ?? unknown());
    const secondsSampler = taken === 0 ? 0 : (samplers.get(samplerOf(row))?.(taken) ?? unknown());
    return { ...row, secondsDip, secondsSampler, seconds: secondsDip + secondsSampler };
  });
}

const samplerOf = ({ method }: Restoration) => (method === "ddpm-dps" ? "DPS" : "DDNM");
const dipSecondsOf = ({ secondsDip }: Restoration) => secondsDip;
const inputNameOf = ({ dipInput }: Restoration) => dipInput;

/** Seconds by a count, a line through the medians of each. */
function lineOf(
  rows: readonly Restoration[],
  count: "dipIterations" | "taken",
  seconds: "secondsDip" | "secondsSampler",
): (count: number) => number {
  const byCount = groupBy(rows, (row) => row[count]);
  return linearRegressionLine(
    linearRegression([...byCount].map(([n, own]) => [n, median(own.map((row) => row[seconds]))])),
  );
}

function raise(message: string): never {
  throw new RangeError(message);
}

type Trials = Record<"starts" | "controls", readonly StartTrial[]> & {
  ddpm: readonly TrialRecord<DdpmRestoreSpec>[];
};

/**
 * All ways to restore an image that the trials hold, each with its price, as `priceAlike` has it; of the DDPM alone DDNM and DPS on the images of
 * `starts`. @param trials DIP's starts, of every input; starts without a network; DDPMs alone. @param clock the same, timed on an idle
 * core; the trials themselves where left out.
 */
export function readRestorations(trials: Trials, clock?: Trials): Restoration[] {
  return priceAlike(readAll(trials), clock && readAll(clock));
}

type ReadTrials = <Spec extends AnySpec>(specs: readonly Spec[]) => Promise<TrialRecord<Spec>[]>;

/**
 * All ways to restore the crops of CBSD68, with the prices of the clock; in the smoke profile those of its own trials.
 * @param read the trials of specs, stored or computed.
 */
export async function readCropRestorations(read: ReadTrials, profile = plans.currentProfile()): Promise<Restoration[]> {
  const starts = [
    ...plans.planCropStarts(profile),
    ...plans.planCropStartGrid(profile),
    ...plans.planDipOfAll(profile),
    ...plans.planCropDraws(profile),
  ];
  const alone = [...plans.planCropDdpm(profile), ...plans.planCropDps(profile), ...plans.planCropDdpmDraws(profile)];
  const trials = {
    ...{ starts: await read(starts), controls: await read(plans.planCropControls(profile)) },
    ddpm: await read(alone),
  };
  return readPriced(read, trials, profile);
}

/** Restorations of trials with the prices of the clock. */
async function readPriced(read: ReadTrials, trials: Trials, profile = plans.currentProfile()): Promise<Restoration[]> {
  const clock = {
    ...{ starts: await read(plans.planClockStarts(profile)), controls: [] },
    ddpm: await read([...plans.planClockDdpm(profile), ...plans.planClockDps(profile)]),
  };
  return readRestorations(trials, clock.starts.length > 0 ? clock : undefined);
}

/** The ways to fill a hole on more crops, with the prices of the clock; none in the smoke profile. */
export async function readHole(read: ReadTrials, profile = plans.currentProfile()): Promise<Restoration[]> {
  const starts = await read(plans.planHoleStarts(profile));
  if (starts.length === 0) return [];
  return readPriced(read, { starts, controls: [], ddpm: await read(plans.planHoleDdpm(profile)) }, profile);
}

function readAll({ starts, controls, ddpm }: Trials): Restoration[] {
  const own = [
    ...reverseRunsOf([...starts, ...controls]).flatMap(fromStart),
    ...[...controls, ...starts].flatMap(fromPrior),
  ];
  const known = new Set(starts.map(({ spec }) => Object.values(placeOf(spec)).join("/")));
  const alone = ddpm.flatMap(({ spec, metrics }): Restoration[] => {
    const at = placeOf(spec);
    if (!["ddnm", "dps"].includes(spec.restorer.kind) || !known.has(Object.values(at).join("/"))) return [];
    const names = ["evaluations", "restored.psnr", "restored.ssim", "seconds"];
    const [nfe, psnr, ssim, seconds] = names.map((name) => metrics[name]) as [number, number, number, number];
    const draws = ("draws" in spec.restorer && spec.restorer.draws) || 1;
    const method = spec.restorer.kind === "dps" ? "ddpm-dps" : draws > 1 ? "ddpm-mean" : "ddpm";
    return [{ ...without, ...at, method, nfe, taken: nfe, draws, psnr, ssim, secondsSampler: seconds, seconds }];
  });
  return once([...own, ...alone]);
}
