import { type Effort, type RestorationKind, type RestoreSettings, settingsOf } from "../fusion/restore/settings";
import { UsageError } from "./exit";

export const photoTasks = ["denoise", "inpaint", "super-resolve"] as const;

type PhotoTask = (typeof photoTasks)[number];

/** All that a restored photo depends on beside its file and its mask, as plain data. */
export interface Settings {
  task: PhotoTask;
  /** Standard deviation of the noise, image units; left out it is estimated for denoising, and 0 otherwise. */
  sigma?: number;
  /** Of super-resolution: how many times larger. */
  factor: number;
  /** How much is computed: what `settingsOf` says of the task and it. */
  effort: Effort;
  /** In place of the effort's: DIP's iterations at most, and those of the denoiser's adaptation to the photo. */
  iterations?: number;
  adaptations?: number;
  seed: number;
  /** Longer side that a larger photo is brought to first, pixels; as it is when left out. */
  size?: number;
  /** Sides of a tile at most and what neighbours share, pixels of the result. */
  tile: number;
  overlap: number;
}

export const kindOf = (task: PhotoTask): RestorationKind => (task === "denoise" ? "denoise" : "fill");

/** All that the restoration itself is set to. */
export function restoreSettingsOf({ task, effort, iterations, adaptations }: Settings): RestoreSettings {
  return {
    ...settingsOf(kindOf(task), effort),
    ...(iterations !== undefined && { iterations }),
    ...(adaptations !== undefined && { adaptations }),
  };
}

export const defaultSettings = {
  task: "denoise",
  factor: 2,
  effort: "usual",
  seed: 1,
  tile: 256,
  overlap: 32,
} as const satisfies Settings;

/** The least side that the networks take, pixels. */
export const leastSide = 32;

const wholes: [keyof Settings, number, number][] = [
  ["iterations", 0, 100_000],
  ["adaptations", 0, 10_000],
  ["seed", 0, 0x7fffffff],
  ["size", leastSide, 100_000],
  ["tile", 2 * leastSide, 4096],
  ["overlap", 0, 2048],
];

/** The settings as they were given. @throws UsageError naming the option that is out of range. */
export function checkSettings(settings: Settings): Settings {
  const refuse = (name: string, value: unknown, want: string): never => {
    throw new UsageError(`--${name}: got ${value}, want ${want}`);
  };
  const { task, sigma, factor, tile, overlap } = settings;
  if (!photoTasks.includes(task)) refuse("task", `"${task}"`, photoTasks.join(", "));
  if (factor !== 2 && factor !== 4) refuse("factor", factor, "2 or 4");
  for (const [name, least, most] of wholes) {
    const value = settings[name];
    if (value === undefined) continue;
    if (!(Number.isInteger(value) && (value as number) >= least && (value as number) <= most)) {
      refuse(name, value, `a whole number from ${least} to ${most}`);
    }
  }
  if (sigma !== undefined && !(sigma >= 0 && sigma <= 1)) refuse("sigma", 255 * sigma, "grey values from 0 to 255");
  if (sigma === 0 && task === "denoise") refuse("sigma", 0, "a number above 0 for denoising");
  if (2 * overlap > tile) refuse("overlap", overlap, `at most half of a tile of ${tile}`);
  const smallest = task === "super-resolve" ? leastSide * factor : leastSide;
  if (tile - overlap < smallest) refuse("tile", tile, `at least ${smallest} more than the overlap of ${overlap}`);
  return settings;
}
