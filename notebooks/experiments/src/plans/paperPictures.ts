import { type PresetName, presets } from "ddpm-dip/dip";
import type { SpecOf } from "../spec";
import { currentProfile } from "./common";
import "../methods/dipTask";

type DipTask = SpecOf<"dip-task">;

/** A picture of the paper with its authors' settings. @param size side of the square that it is brought to, pixels; only that is ours. */
const paperCase = (
  title: string,
  image: string,
  { size = 64, channels = 3 }: { size?: number; channels?: 1 | 3 },
  preset: PresetName,
  task: DipTask["task"],
) => ({ title, image, size, channels, preset, task });

const noisy = { kind: "denoise", sigma: 25 / 255, clip: true } as const;
const small = { kind: "super-resolve", factor: 4, kernel: "lanczos2" } as const;
const pixels = { kind: "inpaint", mask: { kind: "pixels", keep: 0.5 } } as const;
const masked = (name: string) => ({ kind: "inpaint", mask: { kind: "paper", name } }) as const;

export const paperCases = [
  paperCase("F16, denoising, sigma 25", "F16_GT.png", { size: 96 }, "denoise", noisy),
  paperCase("zebra, super-resolution x4", "zebra_GT.png", { size: 96 }, "super-resolve-4", small),
  paperCase("vase, inpainting of a region", "vase.png", {}, "inpaint-region", masked("vase_mask.png")),
  paperCase("Kate, inpainting of text", "kate.png", {}, "inpaint-text", masked("kate_mask.png")),
  paperCase("Barbara, inpainting of half of the pixels", "barbara.png", { channels: 1 }, "inpaint-pixels", pixels),
];

/**
 * The paper's own tasks on its own images, so small that the official networks run their full iterations in minutes. None in the
 * smoke profile.
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
