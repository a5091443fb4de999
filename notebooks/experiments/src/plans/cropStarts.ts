import { nameCheckpoint } from "ddpm-dip/ddpm";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { ProfileName } from "ddpm-dip/trials";
import type { DdpmRestoreSpec, SpecOf } from "../spec";
import { currentProfile } from "./common";
import {
  type Cell,
  cells,
  controlsOf,
  cropsOf,
  cropsToTune,
  cropTasks,
  type DipPrior,
  errors,
  fit,
  inputsOf,
  someTasks,
  started,
  variation,
  type WarmStart,
} from "./cropTasks";
import { byDdnm, byLevels, byRisk } from "./starts";
import "../methods/fillIn";

/** Evaluations of the DDPM alone. */
export const cropEvaluations = [10, 20, 50, 100, 250] as const;

/** Iterations of DIP that are tried, of noise and with the interpolated observation in its input. */
const cropDurations = { noise: [50, 100, 200, 400], interpolated: [50, 100] } as const;

/** What the controls have in hindsight: levels of the start, and evaluations from there. DIP's start has the same. */
const hindsight = { levels: [50, 100, 200], evaluations: [20, 100], durations: [100, 400] } as const;

/** Iterations of DIP that are tried at the level of its estimated error with as many evaluations as the controls have. */
const longDurations = [100, 200, 400, 800] as const;

/** Of noise and, where there is an interpolation, with it in the input; the error rules the level, with and without a weight. */
function dipStarts(cell: Cell, profile: ProfileName, counts: (isGuided: boolean) => number[]): WarmStart[] {
  const smoke = profile === "smoke";
  return inputsOf(cell.task).map((isGuided) =>
    started(cell, {
      prior: fit(smoke ? [4, 8] : cropDurations[isGuided ? "interpolated" : "noise"], isGuided),
      starts: [{ by: "risk", kappa: 1 }],
      evaluations: smoke ? [2] : counts(isGuided),
      guidance: [{ kind: "none" }, errors],
    }),
  );
}

/**
 * DIP's start on crops of CBSD68, with the DDPM that was trained on BSD400. Nothing was chosen by these images. In the smoke profile three
 * tasks in small.
 */
export function planCropStarts(profile = currentProfile()): WarmStart[] {
  return cells(profile, (cell) => dipStarts(cell, profile, (isGuided) => (isGuided ? [20] : [5, 20])));
}

/**
 * DIP's start of noise with what the controls are given, its DDPM's noise estimate as it is: twenty evaluations and a hundred from the
 * level of its estimated error, after up to 800 iterations; and twenty from each of the levels of which the controls have the best in
 * hindsight.
 */
export function planCropStartGrid(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const evaluations = smoke ? [2, 3] : hindsight.evaluations;
  return cells(profile, (cell) => [
    started(cell, { prior: fit(smoke ? [4, 8] : longDurations), ...byRisk(evaluations) }),
    started(cell, {
      prior: fit(smoke ? [4, 8] : hindsight.durations),
      ...byLevels(hindsight.levels, evaluations.slice(0, 1)),
    }),
  ]);
}

/** The same on images of BSD400 that are kept out of training: by them DIP's input and its weight were chosen. */
export function planCropTuning(profile = currentProfile()): WarmStart[] {
  const noiseless = someTasks(profile).filter(({ task }) => task.kind !== "deblur" && !task.sigma);
  const starts = cells(profile, (cell) => dipStarts(cell, profile, () => [20]), cropsToTune(), noiseless);
  return starts.map((spec) => {
    const { prior } = spec as { prior: DipPrior };
    return { ...spec, prior: { ...prior, durations: prior.durations.filter((duration) => duration <= 200) } };
  });
}

const picturedTasks = ["10 % of the pixels", "hole", "super-resolution x4", "Hadamard, 25 %"];

function pictured<Spec extends Pick<WarmStart, "image" | "task">>(plan: Spec[]): (Spec & { keepImages: true })[] {
  const names = [...new Set(plan.map(({ image }) => image.name))];
  const shown = cropTasks.filter(({ title }) => picturedTasks.includes(title)).map(({ task }) => JSON.stringify(task));
  return plan
    .filter(({ image, task }) => image.name === names[0] && shown.includes(JSON.stringify(task)))
    .map((spec) => ({ ...spec, keepImages: true }));
}

/** One crop to be looked at: DIP's start after 100 iterations, and the start from the image of least total variation. */
export function planCropGallery(profile = currentProfile()): WarmStart[] {
  const starts = planCropStarts(profile).filter(({ prior }) => prior.kind === "dip" && !prior.guess);
  const controls = planCropControls(profile).filter(
    ({ prior }) => prior.kind === "control" && prior.of === "variation",
  );
  return pictured([...starts, ...controls]).map((spec) => ({
    ...spec,
    prior: spec.prior.kind === "dip" ? { ...spec.prior, durations: spec.prior.durations.slice(1, 2) } : spec.prior,
    starts: spec.starts.slice(0, 1),
    evaluations: [profile === "smoke" ? 2 : 20],
    guidance: [{ kind: "none" }],
  }));
}

/** Beside it the DDPM alone, with its most evaluations. */
export function planCropGalleryDdpm(profile = currentProfile()): DdpmRestoreSpec[] {
  const last = planCropDdpm(profile).at(-1)?.restorer;
  return pictured(planCropDdpm(profile).filter(({ restorer }) => JSON.stringify(restorer) === JSON.stringify(last)));
}

/** What needs no network, as the start: the interpolated observation, where there is one, and the image of least total variation. */
export function planCropControls(profile = currentProfile()): WarmStart[] {
  const down = byLevels(hindsight.levels, profile === "smoke" ? [2] : hindsight.evaluations);
  return cells(profile, (cell) => controlsOf(cell.task).map((prior) => started(cell, { prior, ...down })));
}

/** Images that the level of `restore` is chosen by. */
const levelImages = 6;

const levelsToTune = [50, 100, 200, 400] as const;

/** The start of least variation by its level, on images kept out of training: by them the level of `restore` was chosen. */
export function planCropLevelTuning(profile = currentProfile()): WarmStart[] {
  if (profile === "smoke") return [];
  const down = byLevels(levelsToTune, hindsight.evaluations);
  return cells(profile, (cell) => [started(cell, { prior: variation, ...down })], cropsToTune(levelImages));
}

/** The DDPM alone: DDNM from noise. */
export function planCropDdpm(profile = currentProfile()): DdpmRestoreSpec[] {
  const counts = profile === "smoke" ? [2, 4] : cropEvaluations;
  return cells(profile, (cell) => counts.map((evaluations) => byDdnm(cell, evaluations)));
}

/**
 * By what people see, and not by squared errors alone: the DDPM alone, the start of least variation and that of DIP after as many
 * iterations as `restore` has in a gap, from the level of `restore`, and of each one draw of fifty evaluations and the mean of two.
 */
export function planCropPerceptual(profile = currentProfile()): (WarmStart | DdpmRestoreSpec)[] {
  const smoke = profile === "smoke";
  const { gapIterations = 0, level = 0, draws = 1, evaluations } = settingsOf("fill");
  const perceptual = nameCheckpoint("stlpips-alex");
  const [iterations, nfe] = smoke ? [4, 2] : [gapIterations, evaluations];
  const make = (cell: Cell) =>
    [
      ...[undefined, draws].map((count) => byDdnm(cell, nfe, count)),
      ...[variation, fit([iterations])].map((prior) => ({
        ...started(cell, { prior, ...byLevels([level], [nfe]) }),
        draws,
      })),
    ].map((spec): WarmStart | DdpmRestoreSpec => ({ ...spec, perceptual }));
  return cells(profile, make, undefined, someTasks(profile).slice(0, smoke ? 1 : undefined));
}

/** What a task is to `restore`. */
const kindOf = ({ kind }: Cell["task"]) => (kind === "compressed-sensing" ? "spectrum" : "fill");

/** Crops that the thorough effort is measured on, which takes half a minute each time. */
const thoroughCrops = 4;

/** What `restore` does of its own accord: two efforts, and on some crops, in the full profile on all, the third. */
export function planCropRestore(profile = currentProfile()): SpecOf<"fill-in">[] {
  const efforts: Effort[] = ["fast", "usual", "thorough"];
  const slow = cropsOf(profile).slice(0, profile === "full" ? undefined : thoroughCrops);
  const names = slow.map(({ name }) => name);
  const make = ({ seeds, ...cell }: Cell) =>
    efforts.slice(0, names.includes(cell.image.name) ? 3 : 2).map((effort) => ({
      method: "fill-in" as const,
      ...cell,
      channels: 3 as const,
      settings: {
        ...settingsOf(kindOf(cell.task), effort),
        ...(profile === "smoke" && { evaluations: 2 }),
      },
      prior: nameCheckpoint(priorsOf("fill")[0] as string),
      seeds: { noise: seeds.noise, method: 1 },
    }));
  return cells(profile, make);
}
