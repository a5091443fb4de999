export type { Clipping, Denoised, Denoiser, SamplerMove } from "./denoiser";
export { openDenoiser } from "./denoiser";
export type { Images, Posterior } from "./forwardProcess";
export { addNoise, fromModelRange, posterior, predictClean, toModelRange } from "./forwardProcess";
export type { NoisePredictor, PredictorContext } from "./noisePredictor";
export type { Levels, Prediction } from "./prediction";
export { cleanFrom, noiseFrom, targetOf } from "./prediction";
export type { AncestralOptions, Variance } from "./samplers/ancestral";
export { sampleAncestral } from "./samplers/ancestral";
export type { DdimOptions } from "./samplers/ddim";
export { encodeDdim, sampleDdim } from "./samplers/ddim";
export type { DpmSolverOptions } from "./samplers/dpmSolver";
export { sampleDpmSolver } from "./samplers/dpmSolver";
export { sampleHeun } from "./samplers/heun";
export type { SamplerOptions, SamplingObservation } from "./samplers/reverse";
export { finish } from "./samplers/reverse";
export type { Spacing } from "./samplers/spacing";
export { spreadTimes } from "./samplers/spacing";
export type { NoiseSchedule } from "./schedule";
export {
  alphaBarAt,
  cosineSchedule,
  createSchedule,
  endInPureNoise,
  linearSchedule,
  matchLevel,
  scaledLinearSchedule,
  sigmoidSchedule,
  signalToNoise,
} from "./schedule";
export { thresholdDynamically } from "./thresholding";
export type { TrainDdpmOptions, TrainingObservation } from "./train";
export { trainDdpm } from "./train";
export type { Unet, UnetOptions } from "./unet";
export { createUnet } from "./unet";
