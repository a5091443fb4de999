export type { Adaptation, AdaptationOptions } from "./adaptedDenoiser";
export { openAdaptation } from "./adaptedDenoiser";
export type { AdversarialOptions, AdversarialTerm } from "./adversarialTerm";
export { adversarialTerm } from "./adversarialTerm";
export type { DiffusionSplit, DiffusionSplitOptions } from "./diffusionSplit";
export { estimateRisk, splitByDiffusion } from "./diffusionSplit";
export type { LevelErrors, Opinion, TwoErrors } from "./fusedDenoiser";
export { errorAtLevel, fuseDenoiser, leastErrorWeight } from "./fusedDenoiser";
export type { GuidedFit, GuideLevels, GuideOptions } from "./guidedFit";
export { guideByOutput, guideByTarget } from "./guidedFit";
export type { CurriculumOptions, CurriculumSchedule, NoiseCurriculum } from "./noiseCurriculum";
export { curriculumLevels, openCurriculum } from "./noiseCurriculum";
export type { LossTerm, PerceptualOptions } from "./perceptualTerm";
export { perceptualTerm } from "./perceptualTerm";
export type { PriorNetwork } from "./priorNetwork";
export { createPriorNetwork } from "./priorNetwork";
export type { PriorShift } from "./priorShift";
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
export type { RiskEstimate, SplitEstimator, SplitEstimatorOptions } from "./splitEstimator";
export { estimateByPair, estimateBySplit, meanOfTwo } from "./splitEstimator";
export { stopByRisk } from "./splitStopping";
export { createUnetPrior, viewAsPrior } from "./unetPrior";
export type { WarmStartOptions } from "./warmStart";
export { restoreFromImage, startLevel } from "./warmStart";
export { blend, weighByRisk } from "./weighing";
