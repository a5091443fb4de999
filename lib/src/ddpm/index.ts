export { coverAnySize } from "./anySize";
export type { DdpmDescription, TrainedDdpm } from "./checkpoint";
export {
  createNamedSchedule,
  createNetwork,
  ddpmSchema,
  loadDdpm,
  loadSchedule,
  saveDdpm,
  unetSchema,
} from "./checkpoint";
export type { Denoised, Denoiser, SamplerMove } from "./denoiser";
export { openDenoiser } from "./denoiser";
export type { LevelLoss } from "./evaluation";
export { validationLosses } from "./evaluation";
export type { DiffusionPrior, Expert, ExpertNetworks } from "./experts";
export { expertAt, openExpertNetworks, openExperts } from "./experts";
export { ffdnetLargestSigma, loadFfdnet } from "./ffdnet";
export type { Images, Posterior } from "./forwardProcess";
export { addNoise, fromModelRange, levelsAt, posterior, toModelRange } from "./forwardProcess";
export type { GaussianDenoiser } from "./gaussianDenoiser";
export { lastLevelWithin, predictByDenoiser } from "./gaussianDenoiser";
export { guideToClass } from "./guidance";
export type { NoisePredictor, PredictorContext, TrainedPredictor } from "./noisePredictor";
export { requireLevel } from "./noisePredictor";
export type { Levels, Prediction } from "./prediction";
export { cleanFrom, noiseFrom, targetOf } from "./prediction";
export type { CheckpointName } from "./pretrained/checkpoints";
export {
  checkpointFile,
  hasCheckpoint,
  nameCheckpoint,
  openCheckpoint,
  openFfdnet,
  openSchedule,
} from "./pretrained/checkpoints";
export { trainingFiles } from "./pretrained/files";
export { readLevelErrors } from "./pretrained/levelErrors";
export { namePrior, openDiffusion } from "./pretrained/openDiffusion";
export { expertPriors, priorNames } from "./pretrained/priorNames";
export type { ResidualUnetOptions } from "./residualUnet";
export { createResidualUnet } from "./residualUnet";
export type { DdnmOptions } from "./restoration/ddnm";
export { restoreDdnm } from "./restoration/ddnm";
export type { DiffpirOptions } from "./restoration/diffpir";
export { restoreDiffpir } from "./restoration/diffpir";
export type { DpsOptions } from "./restoration/dps";
export { restoreDps } from "./restoration/dps";
export type { LinearMeasurement, Observation } from "./restoration/measurement";
export { measuredInModelRange } from "./restoration/measurement";
export { asDiffused, denoiseOnce, startFrom } from "./restoration/oneStep";
export type { RepaintOptions } from "./restoration/repaint";
export { planRepaint, restoreRepaint } from "./restoration/repaint";
export { averageOverTurns, denoiseSelfEnsemble, selfEnsembleSize } from "./restoration/selfEnsemble";
export type { DdimOptions } from "./samplers/ddim";
export { sampleAncestral, sampleDdim } from "./samplers/ddim";
export { sampleDpmSolver } from "./samplers/dpmSolver";
export { sampleHeun } from "./samplers/heun";
export type { SamplerOptions, SamplingObservation } from "./samplers/reverse";
export { finish } from "./samplers/reverse";
export type { Spacing } from "./samplers/spacing";
export { spreadSigmas, spreadTimes } from "./samplers/spacing";
export type { NoiseSchedule } from "./schedule";
export {
  alphaBarAt,
  cosineSchedule,
  createSchedule,
  linearSchedule,
  matchLevel,
  scaledLinearSchedule,
  sigmoidSchedule,
  signalToNoise,
} from "./schedule";
export { readStateNotes } from "./training/state";
export type { LogNormalOptions, TimeSampler } from "./training/times";
export { drawLogNormalTimes, drawUniformTimes } from "./training/times";
export type { Batch, TrainDdpmOptions, TrainingObservation } from "./training/train";
export { trainDdpm } from "./training/train";
export type { Unet, UnetOptions } from "./unet";
export { createUnet } from "./unet";
