import { type PresetName, presets } from "ddpm-dip/dip";
import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
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
