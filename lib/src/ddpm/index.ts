export { coverAnySize } from "./anySize";
export {
  createNamedSchedule,
  createNetwork,
  type DdpmDescription,
  ddpmSchema,
  loadDdpm,
  saveDdpm,
  unetSchema,
} from "./checkpoint";
export { type Denoised, type Denoiser, openDenoiser } from "./denoiser";
export { type LevelLoss, validationLosses } from "./evaluation";
export { type DiffusionPrior, type Expert, expertAt, openExpertNetworks, openExperts } from "./experts";
export { loadFfdnet } from "./ffdnet";
export { addNoise, fromModelRange, type Images, levelsAt, posterior, toModelRange } from "./forwardProcess";
export { type GaussianDenoiser, predictByDenoiser } from "./gaussianDenoiser";
export { guideToClass } from "./guidance";
export { type NoisePredictor, type PredictorContext, requireLevel, type TrainedPredictor } from "./noisePredictor";
export { cleanFrom, type Levels, noiseFrom, type Prediction, targetOf } from "./prediction";
export {
  type CheckpointName,
  checkpointFile,
  hasCheckpoint,
  nameCheckpoint,
  openCheckpoint,
  openFfdnet,
  trainingFiles,
} from "./pretrained/checkpoints";
export { readLevelErrors } from "./pretrained/levelErrors";
export { unlistCheckpoint } from "./pretrained/listed";
export { namePrior, openDiffusion } from "./pretrained/openDiffusion";
export { expertPriors, priorNames } from "./pretrained/priorNames";
export { createResidualUnet } from "./residualUnet";
export { averageSamples, type SamplesObservation, streamOfDraw } from "./restoration/averageSamples";
export { type DdnmOptions, restoreDdnm } from "./restoration/ddnm";
export { restoreDiffpir } from "./restoration/diffpir";
export { restoreDps } from "./restoration/dps";
export { measuredInModelRange, type Observation } from "./restoration/measurement";
export { asDiffused, denoiseOnce, startFrom } from "./restoration/oneStep";
export { planRepaint, restoreRepaint } from "./restoration/repaint";
export { averageOverTurns, selfEnsembleSize } from "./restoration/selfEnsemble";
export { sampleAncestral, sampleDdim } from "./samplers/ddim";
export { sampleDpmSolver } from "./samplers/dpmSolver";
export { sampleHeun } from "./samplers/heun";
export { finish, type SamplingObservation } from "./samplers/reverse";
export { spreadSigmas, spreadTimes } from "./samplers/spacing";
export {
  alphaBarAt,
  cosineSchedule,
  createSchedule,
  linearSchedule,
  matchLevel,
  type NoiseSchedule,
  scaledLinearSchedule,
  sigmoidSchedule,
  signalToNoise,
} from "./schedule";
export { readStateNotes } from "./training/state";
export { drawLogNormalTimes } from "./training/times";
export { type Batch, type TrainDdpmOptions, trainDdpm } from "./training/train";
export { createUnet, type Unet, type UnetOptions } from "./unet";
