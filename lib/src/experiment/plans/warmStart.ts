import { listPhotos } from "../../data";
import { nameCheckpoint } from "../checkpoints";
import type { SpecOf } from "../spec";
import { readTrainingLog, trainingFiles } from "../training";
import { currentProfile, dipSettings, somePhotos } from "./common";
import { comparedNetworks, tasks } from "./dipTasks";

type WarmStart = SpecOf<"warm-start">;
type Profile = ReturnType<typeof currentProfile>;

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

/** The prior for photos' own errors by level, as the last validation of its training measured them. */
function levelErrors(): WarmStart["levelErrors"] {
  const { log } = trainingFiles("photos");
  const last = readTrainingLog(log)?.validation.at(-1);
  if (!last) throw new Error(`the log of the checkpoint "photos" (${log}) holds no validation`);
  return last.levels.map(({ t, cleanError }) => ({ t, cleanError: Number(cleanError.toPrecision(4)) }));
}

/** Iterations of DIP that are tried. */
export const warmDurations = [50, 100, 200, 400, 800];

function trial(
  photo: string,
  task: WarmStart["task"],
  seed: number,
  profile: Profile,
  changes: Partial<WarmStart> = {},
): WarmStart {
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
      durations: smoke ? [5, 10] : warmDurations,
    },
    starts: [{ by: "level", t: 100 }],
    evaluations: smoke ? [2] : [5, 10],
    guidance: [{ kind: "none" }],
    eta: 0.85,
    levelErrors: levelErrors(),
    keepImages: false,
    seeds: { network: seed, input: seed, noise: seed, sampler: seed },
    ...changes,
  };
}

/** Levels and factors of the estimated error that a start is tried at. */
export const warmStarts: WarmStart["starts"] = [
  ...[25, 50, 100, 200, 400].map((t) => ({ by: "level", t }) as const),
  ...[0.5, 1, 2, 4, 8].map((kappa) => ({ by: "risk", kappa }) as const),
];

/** DIP's duration, the level and the evaluations, on the tune photos: what they are chosen by. */
export function planWarmTuning(profile = currentProfile()): WarmStart[] {
  const smoke = profile === "smoke";
  const shown = smoke ? warmTasks.slice(0, 1) : warmTasks;
  return shown.flatMap(({ task }) =>
    somePhotos(listPhotos("tune"), profile).map((photo) =>
      trial(photo, task, 1, profile, {
        starts: smoke ? warmStarts.filter((_, i) => i % 5 === 1) : warmStarts,
        evaluations: smoke ? [2] : [1, 5, 10, 20],
      }),
    ),
  );
}
