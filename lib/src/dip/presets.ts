import type { FitDipOptions } from "./fitDip";
import type { SkipNetworkOptions } from "./networks/skipNetwork";

interface Preset {
  network: Required<Pick<SkipNetworkOptions, "filters" | "skipFilters" | "inputChannels" | "upsampling">> &
    Pick<SkipNetworkOptions, "kernels" | "pointwise">;
  fit: Required<Pick<FitDipOptions, "input" | "iterations" | "inputNoise">> & { learningRate: number };
}

const five = (width: number): number[] => Array<number>(5).fill(width);
const standard: Preset["network"] = { filters: five(128), skipFilters: 4, inputChannels: 32, upsampling: "bilinear" };
const pyramid = [16, 32, 64, 128, 128];

/**
 * The settings of the authors' notebooks (Ulyanov et al. 2018, code of the paper), by task:
 * `denoise` their F16, `denoise-jpeg` their snail, `inpaint-text` their Kate, `inpaint-region` their vase,
 * `inpaint-hole` their library, `inpaint-pixels` their Barbara with half of the pixels, `inpaint-sparse` their Kate with
 * 2 % of them, `super-resolve-4` and `super-resolve-8` their zebra.
 */
export const presets = {
  denoise: {
    network: standard,
    fit: { input: "noise", iterations: 3000, learningRate: 0.01, inputNoise: 1 / 30 },
  },
  "denoise-jpeg": {
    network: { filters: [8, 16, 32, 64, 128], skipFilters: [0, 0, 0, 4, 4], inputChannels: 3, upsampling: "bilinear" },
    fit: { input: "noise", iterations: 2400, learningRate: 0.01, inputNoise: 1 / 30 },
  },
  "inpaint-text": {
    network: { filters: five(128), skipFilters: 128, inputChannels: 32, upsampling: "nearest" },
    fit: { input: "noise", iterations: 6001, learningRate: 0.01, inputNoise: 0.03 },
  },
  "inpaint-region": {
    network: { filters: five(128), skipFilters: 0, inputChannels: 2, upsampling: "nearest" },
    fit: { input: "meshgrid", iterations: 5001, learningRate: 0.01, inputNoise: 0.03 },
  },
  "inpaint-hole": {
    network: {
      filters: [...pyramid, 128],
      skipFilters: 0,
      inputChannels: 1,
      upsampling: "nearest",
      kernels: { down: 5, up: 3 },
      pointwise: false,
    },
    fit: { input: "noise", iterations: 3001, learningRate: 0.01, inputNoise: 0 },
  },
  "inpaint-pixels": {
    network: standard,
    fit: { input: "noise", iterations: 11000, learningRate: 0.001, inputNoise: 0.03 },
  },
  "inpaint-sparse": {
    network: { filters: pyramid, skipFilters: 0, inputChannels: 32, upsampling: "nearest" },
    fit: { input: "noise", iterations: 1000, learningRate: 0.01, inputNoise: 0.03 },
  },
  "super-resolve-4": {
    network: standard,
    fit: { input: "noise", iterations: 2000, learningRate: 0.01, inputNoise: 0.03 },
  },
  "super-resolve-8": {
    network: standard,
    fit: { input: "noise", iterations: 4000, learningRate: 0.01, inputNoise: 0.05 },
  },
} satisfies Record<string, Preset>;

export type PresetName = keyof typeof presets;

export const presetNames = Object.keys(presets) as PresetName[];
