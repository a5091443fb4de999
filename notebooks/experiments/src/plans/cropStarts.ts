import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import { type Effort, priorsOf, settingsOf } from "ddpm-dip/fusion";
import type { ProfileName } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { currentProfile, smallPhoto } from "./common";
import { tasks } from "./dipTasks";
import { bsd400TuneNames, cbsd68Names } from "./testSets";
import { chosenEta, type DipPrior, errors, isScattered, noiseSetting, type WarmStart, warmTasks } from "./warmTrial";
import "../methods/ddpmRestore";
import "../methods/fillIn";

type Restore = SpecOf<"ddpm-restore">;

const usual = (...titles: string[]) => tasks.filter(({ title }) => titles.includes(title));

const spectral = (of: "fourier" | "hadamard", keep: number, sigma?: number) =>
  ({ kind: "compressed-sensing", of, keep, ...(sigma !== undefined && { sigma }) }) as const;

const taskNoise = 10 / 255;

/**
 * What is missing of the crops of CBSD68: of most tasks an interpolation says something, of spectra none does. The last three with
 * noise in what was measured.
 */
export const cropTasks: readonly { title: string; task: WarmStart["task"] }[] = [
  ...usual("half of the pixels"),
  { title: "10 % of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.1 } } },
  ...usual("text"),
  { title: "hole", task: { kind: "inpaint", mask: { kind: "hole", share: 0.25 } } },
  ...usual("super-resolution x4"),
  { title: "Fourier, 25 %", task: spectral("fourier", 0.25) },
  { title: "Hadamard, 25 %", task: spectral("hadamard", 0.25) },
  { title: "Hadamard, 10 %", task: spectral("hadamard", 0.1) },
  { title: "deblurring", task: { kind: "deblur", blur: 1.6 } },
  ...warmTasks.filter(({ title }) => title === "half of the pixels, sigma 10"),
  { title: "Fourier, 25 %, sigma 10", task: spectral("fourier", 0.25, taskNoise) },
  { title: "Hadamard, 25 %, sigma 10", task: spectral("hadamard", 0.25, taskNoise) },
];

const smokeTasks = ["half of the pixels", "Hadamard, 25 %", "Hadamard, 25 %, sigma 10"];

/** Side of the crops, pixels, and how many of them; how many to tune on, and to choose the level of `restore` by. */
const cropStart = {
  size: 128,
  images: { default: 6, full: 24 },
  tuneImages: 2,
  levelImages: 6,
} as const;

const cropEvaluations = [10, 20, 50, 100, 250] as const;

export type Cell = Pick<WarmStart, "image" | "size" | "task" | "seeds">;

/** The first of CBSD68, as many as the profile has. */
export const cropsOf = (profile: ProfileName, counts: { default: number; full: number }): WarmStart["image"][] =>
  cbsd68Names.slice(0, counts[profile === "full" ? "full" : "default"]).map((name) => ({ from: "cbsd68", name }));

/** Images of BSD400 that are kept out of training, to choose settings by. */
export const cropsToTune = (images: number = cropStart.tuneImages): WarmStart["image"][] =>
  bsd400TuneNames.slice(0, images).map((name) => ({ from: "bsd400-tune", name }));

/**
 * Each task on each crop, the crops outermost. What is drawn of a crop has a seed of its own. In the smoke profile three tasks on a small
 * embedded photo.
 */
export function cells<Made>(
  profile: ProfileName,
  make: (cell: Cell) => Made[],
  crops: readonly WarmStart["image"][] = cropsOf(profile, cropStart.images),
  tasks = cropTasks,
): Made[] {
  const smoke = profile === "smoke";
  const images = smoke ? [smallPhoto()] : crops;
  const shown = smoke ? tasks.filter(({ title }) => smokeTasks.includes(title)) : tasks;
  return images.flatMap((image, place) =>
    shown.flatMap(({ task }) => {
      const seeds = { network: 1, input: 1, noise: place + 1, sampler: 1 };
      return make({ image, size: smoke ? 32 : cropStart.size, task, seeds });
    }),
  );
}

function started(cell: Cell, changes: Pick<WarmStart, "prior" | "starts" | "evaluations" | "guidance">): WarmStart {
  return {
    method: "warm-start",
    checkpoint: nameCheckpoint("bsd"),
    channels: 3,
    eta: chosenEta,
    levelErrors: readLevelErrors("bsd"),
    keepImages: false,
    ...cell,
    ...changes,
  };
}

/** Iterations of DIP that are tried, of noise and with the interpolated observation in its input. */
const cropDurations = { noise: [50, 100, 200, 400], interpolated: [50, 100] } as const;

/** What the controls have in hindsight: levels of the start, and evaluations from there. DIP's start has the same. */
const hindsight = { levels: [50, 100, 200], evaluations: [20, 100], durations: [100, 400] } as const;

/** Iterations of DIP that are tried at the level of its estimated error with as many evaluations as the controls have. */
const longDurations = [100, 200, 400, 800] as const;

const atLevels: WarmStart["starts"] = hindsight.levels.map((t) => ({ by: "level", t }));

/** DIP as it is fitted for a start: what was chosen on small photos, of noise or with the interpolated observation in the input. */
function fit(durations: readonly number[], isGuided: boolean): DipPrior {
  const { learningRate, averageDecay = 0.9 } = noiseSetting;
  return {
    kind: "dip",
    network: { kind: "skip", filters: [16, 16, 16, 16], skipFilters: 4, upsampling: "bilinear" },
    ...{ input: "noise", inputNoise: 1 / 30, heldOut: 0.05, learningRate, averageDecay },
    durations: [...durations],
    ...(isGuided && { guess: { place: "input", blur: 1 } }),
  };
}

/** Of noise and, where there is an interpolation, with it in the input; the error rules the level, with and without a weight. */
function dipStarts(cell: Cell, profile: ProfileName, counts: (isGuided: boolean) => number[]): WarmStart[] {
  const smoke = profile === "smoke";
  const inputs = isScattered(cell.task) ? [false, true] : [false];
  return inputs.map((isGuided) =>
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
  const evaluations = smoke ? [2, 3] : [...hindsight.evaluations];
  return cells(profile, (cell) => [
    started(cell, {
      ...{ prior: fit(smoke ? [4, 8] : longDurations, false), starts: [{ by: "risk", kappa: 1 }], evaluations },
      guidance: [{ kind: "none" }],
    }),
    started(cell, {
      ...{ prior: fit(smoke ? [4, 8] : hindsight.durations, false), starts: atLevels },
      ...{ evaluations: evaluations.slice(0, 1), guidance: [{ kind: "none" }] },
    }),
  ]);
}

/** The same on images of BSD400 that are kept out of training: by them DIP's input and its weight were chosen. */
export function planCropTuning(profile = currentProfile()): WarmStart[] {
  const noiseless = cropTasks.filter(({ task }) => task.kind !== "deblur" && !task.sigma);
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
export function planCropGalleryDdpm(profile = currentProfile()): Restore[] {
  const last = planCropDdpm(profile).at(-1)?.restorer;
  return pictured(planCropDdpm(profile).filter(({ restorer }) => JSON.stringify(restorer) === JSON.stringify(last)));
}

/** What needs no network, as the start: the interpolated observation, where there is one, and the image of least total variation. */
export function planCropControls(profile = currentProfile()): WarmStart[] {
  return cells(profile, (cell) => {
    const controls = isScattered(cell.task) ? (["spread", "variation"] as const) : (["variation"] as const);
    return controls.map((of) =>
      started(cell, {
        prior: { kind: "control", of },
        starts: atLevels,
        evaluations: profile === "smoke" ? [2] : [...hindsight.evaluations],
        guidance: [{ kind: "none" }],
      }),
    );
  });
}

const levelsToTune = [50, 100, 200, 400] as const;

/** The start of least variation by its level, on images kept out of training: by them the level of `restore` was chosen. */
export function planCropLevelTuning(profile = currentProfile()): WarmStart[] {
  if (profile === "smoke") return [];
  return cells(
    profile,
    (cell) => [
      started(cell, {
        prior: { kind: "control", of: "variation" },
        starts: levelsToTune.map((t) => ({ by: "level", t })),
        ...{ evaluations: [...hindsight.evaluations], guidance: [{ kind: "none" }] },
      }),
    ],
    cropsToTune(cropStart.levelImages),
  );
}

/** A cell restored by the DDPM alone, from noise. */
export function fromNoise({ seeds: { noise, sampler }, ...cell }: Cell, restorer: Restore["restorer"]): Restore {
  return {
    method: "ddpm-restore",
    checkpoint: nameCheckpoint("bsd"),
    ...cell,
    channels: 3,
    restorer,
    keepImages: false,
    seeds: { noise, sampler },
  };
}

/** The DDPM alone: DDNM from noise. */
export function planCropDdpm(profile = currentProfile()): Restore[] {
  const counts = profile === "smoke" ? [2, 4] : cropEvaluations;
  return cells(profile, (cell) =>
    counts.map((evaluations) => fromNoise(cell, { kind: "ddnm", evaluations, eta: chosenEta })),
  );
}

/** What `restore` does of its own accord, with two efforts; in the full profile also with the third, a minute an image. */
export function planCropRestore(profile = currentProfile()): SpecOf<"fill-in">[] {
  const efforts: Effort[] = profile === "full" ? ["fast", "usual", "thorough"] : ["fast", "usual"];
  const make = ({ seeds, ...cell }: Cell) =>
    efforts.map((effort) => ({
      method: "fill-in" as const,
      ...cell,
      channels: 3 as const,
      settings: { ...settingsOf("fill", effort), ...(profile === "smoke" && { iterations: 4, evaluations: 2 }) },
      prior: nameCheckpoint(priorsOf("fill")[0] as string),
      seeds: { noise: seeds.noise, method: 1 },
    }));
  return cells(profile, make);
}
