import type { DdpmRestoreSpec } from "../spec";
import { currentProfile, product } from "./common";
import { cells, cropsOf, cropsToTune, fromNoise, someTasks } from "./cropTasks";

type Restorer = DdpmRestoreSpec["restorer"];

const images = { default: 3, full: 24 } as const;

/** Settings of DPS and of DiffPIR that were best on the tune images, over the tasks of `planCropSamplerTuning`. */
export const chosenSamplers = { scale: 3, lambda: 7, zeta: 1 } as const;

const tried = { etas: [0, 0.5, 0.85, 1], scales: [1, 3, 10], lambdas: [1, 7], zetas: [0.3, 1] } as const;

/** Evaluations of each. RePaint takes each of a fifth of the levels five times. */
const counts = [20, 100] as const;

const isMasked = (task: DdpmRestoreSpec["task"]) => task.kind === "inpaint" && task.sigma === undefined;

/** The samplers beside DDNM: DPS on every task, RePaint where pixels are known exactly, DiffPIR where the observation is noisy. */
function others(task: DdpmRestoreSpec["task"], evaluations: number): Restorer[] {
  const { scale, lambda, zeta } = chosenSamplers;
  return [
    { kind: "dps", evaluations, scale },
    ...(isMasked(task)
      ? [{ kind: "repaint" as const, levels: Math.max(2, Math.round(evaluations / 5)), repeats: 5, jump: 2 }]
      : []),
    ...(task.sigma ? [{ kind: "diffpir" as const, evaluations, lambda, zeta }] : []),
  ];
}

/** The samplers beside DDNM on crops of CBSD68, from noise, with the DDPM of `planCropDdpm`. Without noise DiffPIR's step is DDNM's. */
export function planCropSamplers(profile = currentProfile()): DdpmRestoreSpec[] {
  const some = profile === "smoke" ? [5] : counts;
  return cells(
    profile,
    (cell) =>
      some.flatMap((evaluations) => others(cell.task, evaluations).map((restorer) => fromNoise(cell, restorer))),
    cropsOf(profile, images),
  );
}

/** Evaluations of DPS within the budgets. */
export const dpsCounts = [20, 50] as const;

/** DPS on all of the crops, for budgets of seconds: per evaluation it is the stronger sampler where little was measured. */
export function planCropDps(profile = currentProfile()): DdpmRestoreSpec[] {
  const some = profile === "smoke" ? [5] : dpsCounts;
  const { scale } = chosenSamplers;
  return cells(profile, (cell) => some.map((evaluations) => fromNoise(cell, { kind: "dps", evaluations, scale })));
}

/**
 * On images kept out of training: DDNM's share of fresh noise and the length of DPS's correction, on a task of each kind, and
 * DiffPIR's settings on the noisy ones.
 */
export function planCropSamplerTuning(profile = currentProfile()): DdpmRestoreSpec[] {
  if (profile === "smoke") return [];
  const tune = (restorers: readonly Restorer[], tasks: ReturnType<typeof someTasks>) =>
    cells(profile, (cell) => restorers.map((restorer) => fromNoise(cell, restorer)), cropsToTune(), tasks);
  const { etas, scales, lambdas, zetas } = tried;
  const ofEachKind = someTasks(profile, ["half of the pixels", "super-resolution x4", "half of the pixels, sigma 10"]);
  const noisy = someTasks(profile).filter(({ task }) => task.kind !== "deblur" && task.sigma);
  const ddnm = etas.flatMap((eta) => counts.map((evaluations) => ({ kind: "ddnm" as const, evaluations, eta })));
  const dps = scales.map((scale) => ({ kind: "dps" as const, evaluations: 100, scale }));
  const diffpir = product({ lambda: lambdas, zeta: zetas }).map((setting) => ({
    ...{ kind: "diffpir" as const, evaluations: counts[0], ...setting },
  }));
  return [...tune(ddnm, ofEachKind), ...tune(dps, ofEachKind), ...tune(diffpir, noisy)];
}
