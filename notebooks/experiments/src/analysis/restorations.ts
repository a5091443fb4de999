import canonicalize from "canonicalize";
import { median } from "simple-statistics";
import { cropTasks } from "../plans/cropStarts";
import { isChosenFit, warmTasks } from "../plans/warmTrial";
import type { SpecOf, TrialRecord } from "../spec";
import { courseOf, type DescentResult, descentsOf } from "../warmStart";
import { groupBy } from "./groupBy";

type StartTrial = TrialRecord<SpecOf<"warm-start">>;
type Task = SpecOf<"warm-start">["task"];

/** One restored image, by one method at one setting, with what it cost. */
export interface Restoration {
  /** Title of the task. */
  task: string;
  /**
   * As the exported table names it: `ddpm`; `dip` and `dip-other-input`; `dip-start` (the chosen method), `dip-start-at-level` (from a
   * given level in place of that of the estimated error), `dip-start-other-weight` (DIP in the noise estimate where it was not chosen, or not where it was), `dip-start-other-input`;
   * `start-<control>`, and `only-<control>` without the diffusion. "Other input" is noise where the interpolated observation was chosen
   * as DIP's input, and the other way round.
   */
  method: string;
  image: string;
  seed: number;
  /** What DIP's network has as its input; empty without DIP. */
  dipInput: "" | "noise" | "interpolated";
  dipIterations: number;
  /** Whether DIP has a weight in the noise estimate. */
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

/** Title of a task. @throws RangeError for one that the start is not tried on. */
export function titleOf(task: Task): string {
  const known = [...warmTasks, ...cropTasks];
  const own = known.find((one) => canonicalize(one.task) === canonicalize(task));
  if (!own) throw new RangeError(`task: got ${canonicalize(task)}, want one of ${known.map(({ title }) => title)}`);
  return own.title;
}

/** What was chosen on tune images: how DIP is fitted, and whether it has a weight in the noise estimate. */
export interface ChosenStart {
  isFit: (fit: { task: Task; guess: string; duration: number }) => boolean;
  weighed: boolean;
}

/** For the DDPM `photos`, on small photos. */
export const chosenOnPhotos: ChosenStart = { isFit: isChosenFit, weighed: true };

/** For the DDPM `bsd`, on crops: DIP of noise, the noise estimate the network's alone. */
export const chosenOnCrops: ChosenStart = { isFit: ({ guess }) => guess === "", weighed: false };

/** What a descent is called; undefined for DIP of the other input and the other weight. */
function nameDescent(row: DescentResult, chosen: ChosenStart): string | undefined {
  if (row.prior !== "dip") return `start-${row.prior}`;
  const isChosenWeight = isWeighed(row) === chosen.weighed;
  if (chosen.isFit(row) && row.start.by === "level" && isChosenWeight) return "dip-start-at-level";
  if (chosen.isFit(row)) return isChosenWeight ? "dip-start" : "dip-start-other-weight";
  return isChosenWeight ? "dip-start-other-input" : undefined;
}

const isWeighed = ({ guidance }: DescentResult) => guidance.kind === "errors";

const inputOf = (guess: string) => (guess === "" ? "noise" : "interpolated");

/** Where a record's restorations are, and what they are without a diffusion. */
const onImage = ({ spec }: StartTrial) => ({
  ...{ task: titleOf(spec.task), image: spec.image.name, seed: spec.seeds.noise },
  ...{ dipInput: "" as const, dipIterations: 0, weighed: false, t0: Number.NaN, nfe: 0, secondsSampler: 0 },
});

/** Every reverse diffusion that was started from an image. */
function fromStarts(records: readonly StartTrial[], chosen: ChosenStart): Restoration[] {
  return records.flatMap((record) =>
    descentsOf([record]).flatMap((row) => {
      const method = nameDescent(row, chosen);
      const {
        duration: dipIterations,
        t0,
        asked: nfe,
        psnr,
        ssim,
        secondsPrior: secondsDip,
        secondsSampler,
        seconds,
      } = row;
      const dipInput = row.prior === "dip" ? inputOf(row.guess) : "";
      const own = { dipIterations, weighed: isWeighed(row), t0, nfe, psnr, ssim, secondsDip, secondsSampler, seconds };
      return method ? [{ ...onImage(record), method, dipInput, ...own }] : [];
    }),
  );
}

/** DIP alone along its fits. */
function fromFits(records: readonly StartTrial[], { isFit }: ChosenStart): Restoration[] {
  return records.flatMap((record) => {
    const { prior, task } = record.spec;
    const guess = prior.kind === "dip" ? (prior.guess?.place ?? "") : "";
    return courseOf(record).map(({ iteration, psnr, ssim, seconds }) => ({
      ...{
        ...onImage(record),
        method: isFit({ task, guess, duration: iteration }) ? "dip" : "dip-other-input",
        dipInput: inputOf(guess),
      },
      ...{ dipIterations: iteration, psnr, ssim, secondsDip: seconds, seconds },
    }));
  });
}

/** What the controls start from, as it is. */
function fromControls(records: readonly StartTrial[]): Restoration[] {
  return records.flatMap((record) => {
    const { prior } = record.spec;
    const [psnr, ssim, seconds] = ["psnr", "ssim", "seconds"].map((name) => record.metrics[`prior0.${name}`]);
    if (prior.kind !== "control" || psnr === undefined || ssim === undefined || seconds === undefined) return [];
    return [{ ...onImage(record), method: `only-${prior.of}`, psnr, ssim, secondsDip: seconds, seconds }];
  });
}

/** Each setting once a place: plans may share a fit, and then its course and what was started from it. */
function once(rows: readonly Restoration[]): Restoration[] {
  const nameOf = ({ task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe }: Restoration) =>
    [task, image, seed, method, dipInput, dipIterations, weighed, t0, nfe].join("/");
  return [...new Map(rows.map((row) => [nameOf(row), row])).values()];
}

/**
 * The same with one price a setting: the medians over all tasks and images of what so many iterations, or a control, and so many
 * evaluations took. The tasks' operators cost next to nothing beside the networks, and the trials ran on a shared machine, whose other
 * load would decide which setting is within a budget.
 */
export function priceAlike(rows: readonly Restoration[]): Restoration[] {
  const controlOf = ({ method, dipInput }: Restoration) =>
    dipInput === "" ? method.replace(/^only-|^start-/, "") : "dip";
  const ofStart = (row: Restoration) => `${controlOf(row)} ${row.dipInput} ${row.dipIterations}`;
  const ofSampler = (row: Restoration) => `${row.method === "ddpm"} ${row.weighed} ${row.nfe}`;
  const medians = (keyOf: (row: Restoration) => string, name: "secondsDip" | "secondsSampler") =>
    new Map([...groupBy(rows, keyOf)].map(([key, own]) => [key, median(own.map((row) => row[name]))]));
  const [starts, samplers] = [medians(ofStart, "secondsDip"), medians(ofSampler, "secondsSampler")];
  return rows.map((row) => {
    const secondsDip = starts.get(ofStart(row)) as number;
    const secondsSampler = samplers.get(ofSampler(row)) as number;
    return { ...row, secondsDip, secondsSampler, seconds: secondsDip + secondsSampler };
  });
}

/**
 * All ways to restore an image that the trials hold, each with its price, as `priceAlike` has it.
 * @param trials.starts of DIP, with the chosen fits and those of the other input; `controls` that start without a network; `ddpm` alone,
 * of which DDNM on the images of `starts` is taken.
 * @param chosen what is called `dip` and `dip-start` among them.
 */
export function readRestorations(
  {
    starts,
    controls,
    ddpm,
  }: {
    starts: readonly StartTrial[];
    controls: readonly StartTrial[];
    ddpm: readonly TrialRecord<SpecOf<"ddpm-restore">>[];
  },
  chosen: ChosenStart = chosenOnPhotos,
): Restoration[] {
  const own = [...fromStarts([...starts, ...controls], chosen), ...fromControls(controls), ...fromFits(starts, chosen)];
  const known = new Set(starts.map(({ spec }) => canonicalize([spec.task, spec.image.name, spec.seeds.noise])));
  const alone = ddpm.flatMap(({ spec, metrics }) => {
    const { task, image, seeds, restorer } = spec;
    const [psnr, ssim, seconds, nfe] = ["restored.psnr", "restored.ssim", "seconds", "evaluations"].map(
      (name) => metrics[name] ?? Number.NaN,
    ) as [number, number, number, number];
    if (restorer.kind !== "ddnm" || !known.has(canonicalize([task, image.name, seeds.noise]))) return [];
    const at = { task: titleOf(task), method: "ddpm", image: image.name, seed: seeds.noise };
    const price = { secondsDip: 0, secondsSampler: seconds, seconds };
    const without = { dipInput: "" as const, dipIterations: 0, weighed: false, t0: Number.NaN };
    return [{ ...at, ...without, nfe, psnr, ssim, ...price }];
  });
  return priceAlike(once([...own, ...alone]));
}
