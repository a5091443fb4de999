import { listPhotos } from "ddpm-dip/data";
import { nameCheckpoint, readLevelErrors } from "ddpm-dip/ddpm";
import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
import { cbsd68Names } from "./testSets";
import { chosenEta, type DipPrior, errors, isScattered, noiseSetting, type WarmStart } from "./warmTrial";
import "../methods/ddpmRestore";

type Profile = ReturnType<typeof currentProfile>;
type Restore = SpecOf<"ddpm-restore">;

/** What is missing of the crops of CBSD68: of most tasks an interpolation says something, of the last three none does. */
export const cropTasks: readonly { title: string; task: WarmStart["task"] }[] = [
  { title: "50 % of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } } },
  { title: "10 % of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.1 } } },
  { title: "text", task: { kind: "inpaint", mask: { kind: "text" } } },
  { title: "hole", task: { kind: "inpaint", mask: { kind: "hole", share: 0.25 } } },
  { title: "×4", task: { kind: "super-resolve", factor: 4, kernel: "lanczos2" } },
  { title: "Fourier, 25 %", task: { kind: "compressed-sensing", of: "fourier", keep: 0.25 } },
  { title: "Hadamard, 25 %", task: { kind: "compressed-sensing", of: "hadamard", keep: 0.25 } },
  { title: "Hadamard, 10 %", task: { kind: "compressed-sensing", of: "hadamard", keep: 0.1 } },
];

/** Side of the crops, pixels, and how many of them. */
export const cropStart = { size: 128, images: { default: 6, full: 24 } } as const;

/** Evaluations of the DDPM from noise. */
export const cropEvaluations = [10, 20, 50, 100, 250] as const;

type Cell = Pick<WarmStart, "image" | "size" | "task" | "seeds">;

/**
 * Each task on each crop, the crops outermost. What is drawn of a crop has a seed of its own. In the smoke profile two tasks on a small
 * embedded photo.
 */
function cells<Made>(profile: Profile, make: (cell: Cell) => Made[]): Made[] {
  const smoke = profile === "smoke";
  const images: WarmStart["image"][] = smoke
    ? listPhotos("test")
        .slice(0, 1)
        .map((name) => ({ from: "photos", name }))
    : cbsd68Names.slice(0, cropStart.images[profile]).map((name) => ({ from: "cbsd68", name }));
  const tasks = smoke ? cropTasks.filter((_, i) => i === 0 || i === cropTasks.length - 2) : cropTasks;
  return images.flatMap((image, place) =>
    tasks.flatMap(({ task }) => {
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
export const cropDurations = { noise: [50, 100, 200, 400], interpolated: [50, 100] } as const;

/**
 * DIP's start on crops of CBSD68, with the DDPM that was trained on BSD400: of noise, and where there is an interpolation also with it in
 * the network's input; with and without DIP in the noise estimate. Nothing was chosen by these images.
 */
export function planCropStarts(profile = currentProfile()): WarmStart[] {
  const network: DipPrior["network"] = {
    kind: "skip",
    filters: [16, 16, 16, 16],
    skipFilters: 4,
    upsampling: "bilinear",
  };
  const { learningRate, averageDecay = 0.9 } = noiseSetting;
  const fit = {
    kind: "dip",
    network,
    input: "noise",
    learningRate,
    inputNoise: 1 / 30,
    averageDecay,
    heldOut: 0.05,
  } as const;
  const smoke = profile === "smoke";
  return cells(profile, (cell) => {
    const priors: DipPrior[] = [{ ...fit, durations: smoke ? [4, 8] : [...cropDurations.noise] }];
    if (isScattered(cell.task)) {
      const durations = smoke ? [4, 8] : [...cropDurations.interpolated];
      priors.push({ ...fit, guess: { place: "input", blur: 1 }, durations });
    }
    return priors.map((prior) =>
      started(cell, {
        prior,
        starts: [{ by: "risk", kappa: 1 }],
        evaluations: smoke ? [2] : prior.guess ? [20] : [5, 20],
        guidance: [{ kind: "none" }, errors],
      }),
    );
  });
}

/** What needs no network, as the start: the interpolated observation, where there is one, and the image of least total variation. */
export function planCropControls(profile = currentProfile()): WarmStart[] {
  return cells(profile, (cell) => {
    const controls = isScattered(cell.task) ? (["spread", "variation"] as const) : (["variation"] as const);
    return controls.map((of) =>
      started(cell, {
        prior: { kind: "control", of },
        starts: [50, 100, 200].map((t) => ({ by: "level", t }) as const),
        evaluations: profile === "smoke" ? [2] : [20, 100],
        guidance: [{ kind: "none" }],
      }),
    );
  });
}

/** The DDPM alone: DDNM from noise. */
export function planCropDdpm(profile = currentProfile()): Restore[] {
  const counts = profile === "smoke" ? [2, 4] : cropEvaluations;
  return cells(profile, ({ image, size, task, seeds: { noise, sampler } }) =>
    counts.map((evaluations) => ({
      method: "ddpm-restore" as const,
      checkpoint: nameCheckpoint("bsd"),
      image,
      size,
      channels: 3 as const,
      task,
      restorer: { kind: "ddnm" as const, evaluations, eta: chosenEta },
      keepImages: false,
      seeds: { noise, sampler },
    })),
  );
}
