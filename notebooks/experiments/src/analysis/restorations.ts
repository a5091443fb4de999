import { linearRegression, linearRegressionLine, median } from "simple-statistics";
import { isChosenFit } from "../plans/warmTrial";
import type { SpecOf, TrialRecord } from "../spec";
import { type Descent, descentsOf, type StartTrial, titleOf } from "./descents";
import { groupBy } from "./tables";

/** One restored image, by one method at one setting, with what it cost. */
export interface Restoration {
  task: string;
  /**
   * As the exported table names it: `ddpm`; `dip` and `dip-other-input`; `dip-start` (the chosen method), `dip-start-at-level` (from a
   * given level in place of that of the estimated error), `dip-start-other-weight` (DIP in the noise estimate where it was not chosen,
   * or not where it was), `dip-start-other-input`; `start-<control>`, and `only-<control>` without the diffusion. "Other input" is
   * noise where the interpolated observation was chosen as DIP's input, and the other way round.
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
  /** Evaluations that the diffusion may take. */
  nfe: number;
  /** dB. */
  psnr: number;
  ssim: number;
  secondsDip: number;
  secondsSampler: number;
  seconds: number;
}

/** What was chosen on tune images: how DIP is fitted, and whether it has a weight in the noise estimate. */
export interface ChosenStart {
  isFit: (fit: { task: StartTrial["spec"]["task"]; guess: string; duration: number }) => boolean;
  weighed: boolean;
}

/** For the DDPM `photos`, on small photos. */
const chosenOnPhotos: ChosenStart = { isFit: isChosenFit, weighed: true };

/** For the DDPM `bsd`, on crops: DIP of noise, the noise estimate the network's alone. */
export const chosenOnCrops: ChosenStart = { isFit: ({ guess }) => guess === "", weighed: false };

const without = {
  ...{ dipInput: "" as const, dipIterations: 0, weighed: false, t0: Number.NaN, nfe: 0 },
  ...{ secondsDip: 0, secondsSampler: 0 },
};
type Place = Pick<StartTrial["spec"], "task" | "image"> & { seeds: { noise: number } };
const placeOf = ({ task, image, seeds }: Place) => ({ task: titleOf(task), image: image.name, seed: seeds.noise });

const inputOf = (guess: string) => (guess === "" ? "noise" : "interpolated");

/** A reverse diffusion that was started from an image; none for DIP of the other input and the other weight. */
function fromStart(row: Descent, { isFit, weighed: wanted }: ChosenStart): Restoration[] {
  const { spec, task, image, seed, prior, guess, duration, t0, asked: nfe, psnr, ssim, seconds, guidance } = row;
  const weighed = guidance.kind === "errors";
  const { secondsPrior: secondsDip, secondsSampler } = row;
  const own = { task, image, seed, weighed, t0, nfe, psnr, ssim, secondsDip, secondsSampler };
  if (prior !== "dip") return [{ ...without, ...own, method: `start-${prior}`, seconds }];
  const other = [
    ...(isFit({ task: spec.task, guess, duration }) ? [] : ["input"]),
    ...(weighed === wanted ? [] : ["weight"]),
  ];
  if (other.length > 1) return [];
  const isAtLevel = other.length === 0 && row.level !== undefined;
  const method = isAtLevel ? "dip-start-at-level" : ["dip-start", ...other].join("-other-");
  return [{ ...own, method, dipInput: inputOf(guess), dipIterations: duration, seconds }];
}

/** A trial without the diffusion: DIP along its fit, or what a control starts from. */
function fromPrior({ spec, metrics, curves }: StartTrial, { isFit }: ChosenStart): Restoration[] {
  const { prior, task } = spec;
  const at = { ...without, ...placeOf(spec) };
  if (prior.kind === "control") {
    const of = (name: string) => metrics[`prior0.${name}`] as number;
    const seconds = of("seconds");
    return [{ ...at, method: `only-${prior.of}`, psnr: of("psnr"), ssim: of("ssim"), secondsDip: seconds, seconds }];
  }
  const guess = prior.guess?.place ?? "";
  return (curves.iteration ?? []).map((duration, i) => {
    const of = (name: string) => curves[name]?.[i] as number;
    const seconds = of("dipSeconds");
    const method = isFit({ task, guess, duration }) ? "dip" : "dip-other-input";
    const own = { method, dipInput: inputOf(guess), dipIterations: duration } as const;
    return { ...at, ...own, psnr: of("dipPsnr"), ssim: of("dipSsim"), secondsDip: seconds, seconds };
  });
}

/** Each setting once a place: plans may share a fit, and then its course and what was started from it. */
function once(rows: readonly Restoration[]): Restoration[] {
  const nameOf = ({ task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe }: Restoration) =>
    [task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe].join("/");
  // The first of them: a map keeps the last value of a key.
  const first = new Map([...rows].reverse().map((row) => [nameOf(row), row]));
  return rows.filter((row) => first.get(nameOf(row)) === row);
}

/**
 * The same with one price a setting: the medians over all tasks and images of what a control and so many evaluations took; of DIP with
 * so many iterations what a line through their medians says, the line of the shorter half of the iterations, which most trials have.
 * The tasks' operators cost next to nothing beside the networks, and the trials ran on a shared machine, whose other load would decide
 * which setting is within a budget.
 */
export function priceAlike(rows: readonly Restoration[]): Restoration[] {
  const priced = (keyOf: (row: Restoration) => string, name: "secondsDip" | "secondsSampler") => {
    const medians = new Map([...groupBy(rows, keyOf)].map(([key, own]) => [key, median(own.map((row) => row[name]))]));
    return (row: Restoration) => medians.get(keyOf(row)) as number;
  };
  const controlOf = ({ method, dipInput }: Restoration) =>
    dipInput === "" ? method.replace(/^only-|^start-/, "") : "dip";
  const asMedian = priced((row) => `${controlOf(row)} ${row.dipInput} ${row.dipIterations}`, "secondsDip");
  const lines = new Map([...groupBy(rows, ({ dipInput }) => dipInput)].map(([input, own]) => [input, priceLine(own)]));
  const ofStart = (row: Restoration) => lines.get(row.dipInput)?.(row.dipIterations) ?? asMedian(row);
  const ofSampler = priced((row) => `${row.method === "ddpm"} ${row.weighed} ${row.nfe}`, "secondsSampler");
  return rows.map((row) => {
    const [secondsDip, secondsSampler] = [ofStart(row), ofSampler(row)];
    return { ...row, secondsDip, secondsSampler, seconds: secondsDip + secondsSampler };
  });
}

/** Seconds of so many iterations of DIP, as `priceAlike` has them; undefined where there are too few to lay a line through. */
function priceLine(rows: readonly Restoration[]): ((iterations: number) => number) | undefined {
  const byIterations = groupBy(rows, ({ dipIterations }) => dipIterations);
  const most = Math.max(...byIterations.keys());
  const medians = [...byIterations].map(([k, own]) => [k, median(own.map(({ secondsDip }) => secondsDip))]);
  const shorter = medians.filter(([k]) => 2 * (k as number) <= most);
  return shorter.length < 2 ? undefined : linearRegressionLine(linearRegression(shorter));
}

/**
 * All ways to restore an image that the trials hold, each with its price, as `priceAlike` has it; of the DDPM alone DDNM on the images of
 * `starts`. @param trials DIP's starts, of every input; starts without a network; DDPMs alone.
 * @param chosen what is called `dip` and `dip-start` among them.
 */
export function readRestorations(
  trials: Record<"starts" | "controls", readonly StartTrial[]> & {
    ddpm: readonly TrialRecord<SpecOf<"ddpm-restore">>[];
  },
  chosen = chosenOnPhotos,
): Restoration[] {
  const { starts, controls, ddpm } = trials;
  const own = [
    ...descentsOf([...starts, ...controls]).flatMap((row) => fromStart(row, chosen)),
    ...[...controls, ...starts].flatMap((trial) => fromPrior(trial, chosen)),
  ];
  const known = new Set(starts.map(({ spec }) => Object.values(placeOf(spec)).join("/")));
  const alone = ddpm.flatMap(({ spec, metrics }): Restoration[] => {
    const at = placeOf(spec);
    if (spec.restorer.kind !== "ddnm" || !known.has(Object.values(at).join("/"))) return [];
    const names = ["evaluations", "restored.psnr", "restored.ssim", "seconds"];
    const [nfe, psnr, ssim, seconds] = names.map((name) => metrics[name]) as [number, number, number, number];
    return [{ ...without, ...at, method: "ddpm", nfe, psnr, ssim, secondsSampler: seconds, seconds }];
  });
  return priceAlike(once([...own, ...alone]));
}
