export type { DiffusionSplit, DiffusionSplitOptions } from "./diffusionSplit";
export { estimateRisk, splitByDiffusion } from "./diffusionSplit";
export { stopBySplit } from "./splitStopping";
export { createUnetPrior } from "./unetPrior";
