export { type Adaptation, type AdaptationOptions, openAdaptation } from "./adaptedDenoiser";
export { type AdversarialOptions, type AdversarialTerm, adversarialTerm } from "./adversarialTerm";
export { type DiffusionSplitOptions, estimateRisk, splitByDiffusion } from "./diffusionSplit";
export { errorAtLevel, fuseDenoiser, leastErrorWeight, type Opinion } from "./fusedDenoiser";
export { type GuidedFit, type GuideLevels, type GuideOptions, guideByOutput, guideByTarget } from "./guidedFit";
export {
  type CurriculumOptions,
  type CurriculumSchedule,
  curriculumLevels,
  type NoiseCurriculum,
  openCurriculum,
} from "./noiseCurriculum";
export { type LossTerm, type PerceptualOptions, perceptualTerm } from "./perceptualTerm";
export { createPriorNetwork, type PriorNetwork } from "./priorNetwork";
export {
  conditionOn,
  fromResidual,
  imageSpread,
  measureShift,
  restoreShifted,
  shiftedLosses,
  toResidual,
} from "./priorShift";
export {
  beginRestoration,
  type RestorationChoice,
  type RestoreImageOptions,
  restore,
  restoreImage,
} from "./restore/restore";
export { type Effort, priorsOf, type RestorationKind, type RestoreSettings, settingsOf } from "./restore/settings";
export type { RestorationTask, Restored, RestoreOptions, RestoreProgress } from "./restore/task";
export {
  estimateByPair,
  estimateBySplit,
  meanOfTwo,
  type RiskEstimate,
  type SplitEstimator,
  type SplitEstimatorOptions,
} from "./splitEstimator";
export { stopByRisk } from "./splitStopping";
export { viewAsPrior } from "./unetPrior";
export { restoreFromImage, startLevel, type WarmStartOptions } from "./warmStart";
export { blend, weighByRisk } from "./weighing";
