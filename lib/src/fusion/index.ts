export type { DiffusionSplit, DiffusionSplitOptions } from "./diffusionSplit";
export { estimateRisk, splitByDiffusion } from "./diffusionSplit";
