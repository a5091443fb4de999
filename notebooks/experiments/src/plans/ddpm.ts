import { listPhotos } from "ddpm-dip/data";
import { hasCheckpoint, nameCheckpoint } from "ddpm-dip/ddpm";
import type { DdpmSampleSpec, SpecOf } from "../spec";
import { currentProfile } from "./common";
import { type Cell, cells, cropsOf, fromNoise } from "./cropTasks";
import "../methods/ddpm";
import "../methods/ddpmRestore";
import "../methods/ddpmSample";

type Restore = SpecOf<"ddpm-restore">;
type Sample = DdpmSampleSpec;

/** A trained DDPM as a denoiser of crops: in one evaluation, in one for each turn, and by ten steps of DDIM from the matched level. */
export function planDdpmDenoise(profile = currentProfile()): Restore[] {
  const tasks = (profile === "smoke" ? [25] : [15, 25, 50]).map((sigma) => ({
    task: { kind: "denoise" as const, sigma: sigma / 255, clip: false },
  }));
  const restorers = [{ kind: "one-step" }, { kind: "self-ensemble" }, { kind: "ddim", evaluations: 10 }] as const;
  const make = (cell: Cell) => restorers.map((restorer) => fromNoise(cell, restorer));
  return cells(profile, make, cropsOf(profile, { default: 8, full: 24 }), tasks);
}

/** How samples are drawn of the generator, each sampler with few to many levels. */
const generators: readonly Sample["generator"][] = [
  ...[5, 10, 20, 50].map((levels) => ({ kind: "ddim" as const, levels, spacing: "linspace" as const })),
  ...[5, 10, 20].map((levels) => ({ kind: "dpm-solver" as const, levels, spacing: "linspace" as const })),
  ...[5, 10, 20].map((levels) => ({ kind: "heun" as const, levels, spacing: "karras" as const })),
  ...[10, 50, 100].map((levels) => ({ kind: "ancestral" as const, levels, spacing: "linspace" as const })),
];

/** Samples of the small generator of CIFAR-10, by many samplers. None in the smoke profile: CIFAR-10 is not part of the project. */
export function planDdpmSamples(profile = currentProfile()): Sample[] {
  if (profile === "smoke") return [];
  return generators.map((generator) => ({
    method: "ddpm-sample",
    checkpoint: nameCheckpoint("cifar10"),
    generator,
    guidance: 0,
    count: 1000,
    batch: 50,
    size: 32,
    reference: { set: "cifar10", count: 5000 },
    classifier: nameCheckpoint("classifier"),
    imagenet: nameCheckpoint("efficientnet-lite0"),
    keepImages: 16,
    seeds: { sampler: 1, data: 1 },
  }));
}

/** Weight of the guidance to a class that the larger generator's samples are drawn with. */
const chosenGuidance = 0.5;

/**
 * Samples of both generators by DPM-Solver++: five thousand of each, the larger one's guided, and a thousand of it by guidance.
 * None in the smoke profile, and of a generator that is still to be trained.
 */
export function planGenerators(profile = currentProfile()): Sample[] {
  if (profile === "smoke") return [];
  const [{ classifier: _, ...base }] = planDdpmSamples(profile) as [Sample];
  const drawn = (name: string, guidance: number, count: number): Sample => ({
    ...base,
    checkpoint: nameCheckpoint(name),
    generator: { kind: "dpm-solver", levels: 15, spacing: "linspace" },
    guidance,
    count,
    keepImages: count === 5000 ? 20 : 0,
  });
  if (!hasCheckpoint("cifar10-residual")) return [drawn("cifar10", 0, 5000)];
  return [
    drawn("cifar10", 0, 5000),
    drawn("cifar10-residual", chosenGuidance, 5000),
    ...[0, chosenGuidance, ...(profile === "full" ? [1, 2] : [])].map((w) => drawn("cifar10-residual", w, 1000)),
  ];
}

/** Levels that samples of the larger generator start from. */
const startLevels = [0, 200, 400];

/**
 * Samples that start from images of CIFAR-10's test part, from what DIP makes of them or a blur, these as they are (level 0), and as
 * many from noise. None in the smoke profile.
 */
export function planWarmSamples(profile = currentProfile()): Sample[] {
  if (profile === "smoke") return [];
  const [{ classifier: _, ...base }] = planDdpmSamples(profile) as [Sample];
  const drawn = (levels: number, start?: Sample["start"]): Sample => ({
    ...base,
    checkpoint: nameCheckpoint("cifar10-residual"),
    generator: { kind: "ddim", levels, spacing: "linspace" },
    count: 1000,
    keepImages: 10,
    ...(start && { start }),
  });
  const kinds = ["dip", "image", "blurred"] as const;
  return [
    ...[5, 10, 20].map((levels) => drawn(levels)),
    ...startLevels.flatMap((level) => kinds.map((of) => drawn(10, { of, level, sources: 1000, iterations: 100 }))),
  ];
}

/** A small DDPM trained for minutes on 32x32 patches of the train photos. */
export function planShortTraining(profile = currentProfile()): SpecOf<"ddpm">[] {
  const smoke = profile === "smoke";
  const steps = { smoke: 4, default: 2400, full: 12_000 }[profile];
  return [
    {
      method: "ddpm",
      network: { baseChannels: smoke ? 8 : 32, multipliers: [1, 2, 2], blocks: 1 },
      schedule: "cosine",
      noiseSteps: smoke ? 20 : 1000,
      photos: listPhotos("train").slice(0, smoke ? 1 : undefined),
      patchSize: smoke ? 16 : 32,
      batch: smoke ? 2 : 16,
      steps,
      learningRate: 5e-4,
      sampleAt: smoke ? [2, 4] : [steps / 12, steps / 4, steps],
      samples: 16,
      evaluations: smoke ? 2 : 50,
      seeds: { network: 1, training: 1, data: 1, sampler: 1 },
    },
  ];
}
