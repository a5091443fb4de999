import { listPhotos } from "ddpm-dip/data";
import { type PresetName, presets } from "ddpm-dip/dip";
import type { SpecOf } from "../spec";
import { currentProfile, dipSettings, seedsOf, somePhotos } from "./common";
import "../methods/dipTask";

type DipTask = SpecOf<"dip-task">;

/** The paper's own pictures with the authors' settings; only the size of the images is ours. */
export const paperCases: readonly {
  title: string;
  image: string;
  /** Side of the square that the image is brought to, pixels. */
  size: number;
  channels: 1 | 3;
  preset: PresetName;
  task: DipTask["task"];
}[] = [
  {
    title: "F16, denoising, sigma 25",
    image: "F16_GT.png",
    size: 96,
    channels: 3,
    preset: "denoise",
    task: { kind: "denoise", sigma: 25 / 255, clip: true },
  },
  {
    title: "zebra, super-resolution x4",
    image: "zebra_GT.png",
    size: 96,
    channels: 3,
    preset: "super-resolve-4",
    task: { kind: "super-resolve", factor: 4, kernel: "lanczos2" },
  },
  {
    title: "vase, inpainting of a region",
    image: "vase.png",
    size: 64,
    channels: 3,
    preset: "inpaint-region",
    task: { kind: "inpaint", mask: { kind: "paper", name: "vase_mask.png" } },
  },
  {
    title: "Kate, inpainting of text",
    image: "kate.png",
    size: 64,
    channels: 3,
    preset: "inpaint-text",
    task: { kind: "inpaint", mask: { kind: "paper", name: "kate_mask.png" } },
  },
  {
    title: "Barbara, inpainting of half of the pixels",
    image: "barbara.png",
    size: 64,
    channels: 1,
    preset: "inpaint-pixels",
    task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } },
  },
];

/**
 * The paper's own tasks on its own images, made as small as it takes so that the official networks run their full numbers of
 * iterations in minutes on one core. None in the smoke profile: the images are not part of the project.
 */
export function planPaper(profile = currentProfile()): DipTask[] {
  if (profile === "smoke") return [];
  return paperCases.map(({ image, size, channels, preset, task }) => ({
    method: "dip-task",
    image: { from: "paper", name: image },
    size,
    channels,
    task,
    network: { kind: "preset", name: preset },
    ...presets[preset].fit,
    readEvery: 50,
    keepImages: false,
    seeds: { network: 1, input: 1, noise: 1 },
  }));
}

/** The networks that are compared, in the order of the tables; tiny in the smoke profile. */
export function comparedNetworks(profile = currentProfile()): { title: string; network: DipTask["network"] }[] {
  const smoke = profile === "smoke";
  const filters = smoke ? [8, 8] : [32, 32, 32, 32];
  const multipliers = smoke ? [1, 2] : [1, 2, 2];
  return [
    { title: "skip network", network: { kind: "skip", filters, skipFilters: 4, upsampling: "bilinear" } },
    { title: "hourglass", network: { kind: "skip", filters, skipFilters: 0, upsampling: "bilinear" } },
    { title: "U-Net", network: { kind: "u-net", filters: smoke ? [8, 8] : [16, 32, 64, 64] } },
    {
      title: "deep decoder",
      network: { kind: "deep-decoder", channels: smoke ? 8 : 64, doublings: smoke ? 2 : 4 },
    },
    {
      title: "DDPM's U-Net",
      network: { kind: "ddpm-unet", baseChannels: smoke ? 8 : 16, multipliers, blocks: 1 },
    },
  ];
}

/** The tasks of this project, in the order of the figures. */
export const tasks: readonly { title: string; task: DipTask["task"] }[] = [
  { title: "denoising, sigma 25", task: { kind: "denoise", sigma: 25 / 255, clip: false } },
  { title: "half of the pixels", task: { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } } },
  { title: "text", task: { kind: "inpaint", mask: { kind: "text" } } },
  { title: "large hole", task: { kind: "inpaint", mask: { kind: "hole", share: 0.4 } } },
  { title: "super-resolution x2", task: { kind: "super-resolve", factor: 2, kernel: "lanczos2" } },
  { title: "super-resolution x4", task: { kind: "super-resolve", factor: 4, kernel: "lanczos2" } },
  { title: "super-resolution x8", task: { kind: "super-resolve", factor: 8, kernel: "lanczos2" } },
];

function trial(
  photo: string,
  task: DipTask["task"],
  network: DipTask["network"],
  seed: number,
  profile = currentProfile(),
): DipTask {
  const smoke = profile === "smoke";
  const { size, learningRate, inputNoise, readEvery } = dipSettings(profile);
  return {
    method: "dip-task",
    image: { from: "photos", name: photo },
    size,
    channels: 3,
    task,
    network,
    input: "noise",
    iterations: smoke ? 20 : 2000,
    learningRate,
    inputNoise,
    readEvery,
    keepImages: seed === 1,
    seeds: { network: seed, input: seed, noise: seed },
  };
}

/** Every task with the skip network, on the test photos. */
export function planTasks(profile = currentProfile()): DipTask[] {
  const { network } = comparedNetworks(profile)[0] as ReturnType<typeof comparedNetworks>[number];
  const photos = somePhotos(listPhotos("test"), profile);
  return tasks.flatMap(({ task }) => photos.map((photo) => trial(photo, task, network, 1, profile)));
}

/** Every network on denoising, on the test photos; further seeds in the full profile only. */
export function planNetworks(profile = currentProfile()): DipTask[] {
  const { task } = tasks[0] as (typeof tasks)[number];
  const photos = somePhotos(listPhotos("test"), profile);
  const seeds = profile === "full" ? seedsOf("default") : [1];
  return seeds.flatMap((seed) =>
    comparedNetworks(profile).flatMap(({ network }) =>
      photos.map((photo) => trial(photo, task, network, seed, profile)),
    ),
  );
}
