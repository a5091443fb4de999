import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import type { ProfileName } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { smallPhoto } from "./common";
import { bsd400TuneNames, cbsd68Names } from "./testSets";
import "../methods/ddpmRestore";
import "../methods/warmStart";

export type WarmStart = SpecOf<"warm-start">;
export type DipPrior = Extract<WarmStart["prior"], { kind: "dip" }>;
type Restore = SpecOf<"ddpm-restore">;
type Task = WarmStart["task"];

const spectral = (of: "fourier" | "hadamard", keep: number, sigma?: number): Task => ({
  kind: "compressed-sensing",
  of,
  keep,
  ...(sigma !== undefined && { sigma }),
});

const taskNoise = 10 / 255;

/**
 * What is missing of the crops of CBSD68: of most tasks an interpolation says something, of spectra none does. The last three with
 * noise in what was measured.
 */
export const cropTasks: readonly { title: string; task: Task }[] = [
  { title: "half of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } } },
  { title: "10 % of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.1 } } },
  { title: "text", task: { kind: "inpaint", mask: { kind: "text" } } },
  { title: "hole", task: { kind: "inpaint", mask: { kind: "hole", share: 0.25 } } },
  { title: "super-resolution x4", task: { kind: "super-resolve", factor: 4, kernel: "lanczos2" } },
  { title: "Fourier, 25 %", task: spectral("fourier", 0.25) },
  { title: "Hadamard, 25 %", task: spectral("hadamard", 0.25) },
  { title: "Hadamard, 10 %", task: spectral("hadamard", 0.1) },
  { title: "deblurring", task: { kind: "deblur", blur: 1.6 } },
  {
    title: "half of the pixels, sigma 10",
    task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 }, sigma: taskNoise },
  },
  { title: "Fourier, 25 %, sigma 10", task: spectral("fourier", 0.25, taskNoise) },
  { title: "Hadamard, 25 %, sigma 10", task: spectral("hadamard", 0.25, taskNoise) },
];

const smokeTasks = ["half of the pixels", "Hadamard, 25 %", "Hadamard, 25 %, sigma 10"];

/** Those of these titles, or all; in the smoke profile the three of them that it has. */
export const someTasks = (profile: ProfileName, titles = cropTasks.map(({ title }) => title)) =>
  cropTasks.filter(({ title }) => titles.includes(title) && (profile !== "smoke" || smokeTasks.includes(title)));

/**
 * Whether what is known, spread, says something of all that is missing. In a hole it does not; of values of a spectrum, or of a blurred
 * image, there is nothing to spread.
 */
export const isScattered = (task: Task) =>
  task.kind !== "compressed-sensing" &&
  task.kind !== "deblur" &&
  (task.kind !== "inpaint" || task.mask.kind !== "hole");

/** Whether DIP has the interpolated observation in its input: it is tried where that says something. */
export const inputsOf = (task: Task): boolean[] => (isScattered(task) ? [false, true] : [false]);

/** The image of least total variation as a start. */
export const variation = { kind: "control", of: "variation" } as const;

/** Starts from these levels. */
export const atLevels = (levels: readonly number[]): WarmStart["starts"] => levels.map((t) => ({ by: "level", t }));

/** What one has of a task without a network: the interpolated observation where that says something, the image of least variation. */
export const controlsOf = (task: Task): Extract<WarmStart["prior"], { kind: "control" }>[] => [
  ...(isScattered(task) ? [{ kind: "control" as const, of: "spread" as const }] : []),
  variation,
];

/** One task of a kind: of missing pixels and of detail an interpolation says something, of Hadamard values nothing does. */
export const variantTasks = ["half of the pixels", "super-resolution x4", "Hadamard, 10 %"];

/** Side of the crops, pixels, and how many of them where no other number is given; how many to tune on. */
const crops = { size: 128, images: { default: 8, full: 24 }, tuneImages: 2 } as const;

/** One task on one crop, with what is drawn for it. */
export type Cell = Pick<WarmStart, "image" | "size" | "task" | "seeds">;

/** The first of CBSD68, as many as the profile has. */
export const cropsOf = (
  profile: ProfileName,
  counts: { default: number; full: number } = crops.images,
): WarmStart["image"][] =>
  cbsd68Names.slice(0, counts[profile === "full" ? "full" : "default"]).map((name) => ({ from: "cbsd68", name }));

/** Images of BSD400 that are kept out of training, to choose settings by. */
export const cropsToTune = (images: number = crops.tuneImages): WarmStart["image"][] =>
  bsd400TuneNames.slice(0, images).map((name) => ({ from: "bsd400-tune", name }));

/**
 * Each task on each crop, the crops outermost. What is drawn of a crop has a seed of its own. In the smoke profile a small embedded photo
 * in place of the crops.
 */
export function cells<Made>(
  profile: ProfileName,
  make: (cell: Cell) => Made[],
  images: readonly WarmStart["image"][] = cropsOf(profile),
  tasks: readonly { task: Task }[] = someTasks(profile),
): Made[] {
  const smoke = profile === "smoke";
  return (smoke ? [smallPhoto()] : images).flatMap((image, place) =>
    tasks.flatMap(({ task }) => {
      const seeds = { network: 1, input: 1, noise: place + 1, sampler: 1 };
      return make({ image, size: smoke ? 32 : crops.size, task, seeds });
    }),
  );
}

/**
 * Share of fresh noise in DDNM's steps, from noise as from an image: all, as the tune images prefer (`planCropSamplerTuning`). Its
 * authors have 0.85.
 */
export const chosenEta = 1;

/** DIP weighed in by the two errors. */
export const errors = { kind: "errors", factor: 1, correlation: 0, snapshots: false } as const;

/**
 * DIP as it is fitted for a start, narrow and with a short average: of noise, or with the interpolated observation in its input.
 * `planStartSettings` and `planStartNetworks` hold it against others.
 */
export function fit(durations: readonly number[], isGuided = false): DipPrior {
  return {
    kind: "dip",
    network: { kind: "skip", filters: [16, 16, 16, 16], skipFilters: 4, upsampling: "bilinear" },
    ...{ input: "noise", inputNoise: 1 / 30, heldOut: 0.05, learningRate: 0.01, averageDecay: 0.9 },
    durations: [...durations],
    ...(isGuided && { guess: { place: "input", blur: 1 } }),
  };
}

/** DDNM with the DDPM `bsd`, started from a prior's image of a cell. */
export function started(
  cell: Cell,
  changes: Pick<WarmStart, "prior" | "starts" | "evaluations" | "guidance">,
): WarmStart {
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
