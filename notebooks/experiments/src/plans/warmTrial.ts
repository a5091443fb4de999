import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import type { ProfileName } from "ddpm-dip/trials";
import type { SpecOf } from "../spec";
import { dipSettings } from "./common";
import { comparedNetworks, tasks } from "./dipTasks";
import "../methods/warmStart";

export type WarmStart = SpecOf<"warm-start">;
export type DipPrior = Extract<WarmStart["prior"], { kind: "dip" }>;

const titles = [
  "half of the pixels",
  "large hole",
  "super-resolution x2",
  "super-resolution x4",
  "denoising, sigma 25",
];

/** The tasks of the warm start; half of the pixels with noise as well. */
export const warmTasks: readonly { title: string; task: WarmStart["task"] }[] = [
  ...titles.flatMap((title) => tasks.filter((one) => one.title === title)),
  {
    title: "half of the pixels, sigma 10",
    task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 }, sigma: 10 / 255 },
  },
];

/** One with scattered pixels missing and one with whole detail, for what is not tried on all. */
export const twoTasks = warmTasks.filter(({ title }) => ["half of the pixels", "super-resolution x4"].includes(title));

/**
 * Share of fresh noise in DDNM's steps, chosen on the tune photos (`planDdnmEta`, `planWarmSettings`): all, from noise as from an image.
 * Its authors have 0.85.
 */
export const chosenEta = 1;

/** DIP weighed in by the two errors. */
export const errors = { kind: "errors", factor: 1, correlation: 0, snapshots: false } as const;

/** Iterations of a usual fit that are tried. */
export const usualDurations = [50, 100, 200, 400, 800];

/** How DIP is fitted for a start, and how much fresh noise DDNM's steps draw. */
export interface WarmSetting {
  /** Share of fresh noise. */
  eta: number;
  /** Channels of the skip network. */
  width: number;
  learningRate: number;
  /** Decay of the average of DIP's outputs; that of long fits, 0.99, where left out. */
  averageDecay?: number;
  /** What is known, spread with this blur in pixels, and where DIP gets it; nowhere where left out. */
  guess?: NonNullable<DipPrior["guess"]>;
}

/** A narrow network and a short average: the chosen setting but for the guess. */
export const noiseSetting: WarmSetting = { eta: chosenEta, width: 16, learningRate: 0.01, averageDecay: 0.9 };

/** What the tune photos say of a short fit (`planWarmSettings`): a narrow network, a short average, and what is known in its input. */
export const chosenSetting: WarmSetting = { ...noiseSetting, guess: { place: "input", blur: 1 } };

/**
 * Whether what is known, spread, says something of all that is missing. In a hole it does not: DIP that is shown the smooth
 * filling believes it, and is worse than DIP of noise (`planWarmSettings`). Of values of a spectrum, or of a blurred image, there is nothing to spread.
 */
export const isScattered = (task: WarmStart["task"]) =>
  task.kind !== "compressed-sensing" &&
  task.kind !== "deblur" &&
  (task.kind !== "inpaint" || task.mask.kind !== "hole");

/** Iterations up to which DIP is shown what is known; in longer fits it is no better for it, in super-resolution x4 worse. */
export const guessedIterations = 100;

/** Whether a fit of so many iterations is shown what is known in its input exactly where that was chosen. */
export function isChosenFit({
  task,
  guess,
  duration,
}: {
  task: WarmStart["task"];
  guess: string;
  duration: number;
}): boolean {
  return (guess === "input") === (isScattered(task) && duration <= guessedIterations);
}

/** A trial of DIP with another setting and other durations. Narrower networks keep their widths. */
export function withSetting(
  spec: UsualTrial,
  { eta, width, learningRate, averageDecay, guess }: WarmSetting,
  durations: number[],
): UsualTrial {
  const { network: usual, ...rest } = spec.prior;
  const network =
    usual.kind === "skip" ? { ...usual, filters: usual.filters.map((own) => Math.min(own, width)) } : usual;
  const average = averageDecay !== undefined && { averageDecay };
  return { ...spec, eta, prior: { ...rest, network, learningRate, durations, ...average, ...(guess && { guess }) } };
}

type UsualTrial = WarmStart & { prior: DipPrior };

/** A warm start as it was before anything was chosen: DIP fitted as for a long fit, DDNM with its authors' share of fresh noise. */
export function usualTrial(
  photo: string,
  task: WarmStart["task"],
  seed: number,
  profile: ProfileName,
  changes: Partial<Omit<WarmStart, "prior">> = {},
): UsualTrial {
  const smoke = profile === "smoke";
  const { size, learningRate, inputNoise } = dipSettings(profile);
  const { network } = comparedNetworks(profile)[0] as ReturnType<typeof comparedNetworks>[number];
  return {
    method: "warm-start",
    checkpoint: nameCheckpoint("photos"),
    image: { from: "photos", name: photo },
    size,
    channels: 3,
    task,
    prior: {
      kind: "dip",
      network,
      input: "noise",
      learningRate,
      inputNoise,
      heldOut: 0.05,
      durations: smoke ? [5, 10] : usualDurations,
    },
    starts: [{ by: "level", t: 100 }],
    evaluations: smoke ? [2] : [5, 10],
    guidance: [{ kind: "none" }],
    eta: 0.85,
    levelErrors: readLevelErrors("photos"),
    keepImages: false,
    seeds: { network: seed, input: seed, noise: seed, sampler: seed },
    ...changes,
  };
}
