export { type Adaptation, type AdaptationOptions, openAdaptation } from "./adaptedDenoiser";
export { type AdversarialTerm, adversarialTerm } from "./adversarialTerm";
export { estimateRisk, splitByDiffusion } from "./diffusionSplit";
export { type AuxiliaryEstimate, errorAtLevel, fuseDenoiser, leastErrorWeight } from "./fusedDenoiser";
export { type GuidedFit, guideByOutput, guideByTarget } from "./guidedFit";
export { curriculumLevels, type NoiseCurriculum, openCurriculum } from "./noiseCurriculum";
export { type LossTerm, perceptualTerm } from "./perceptualTerm";
export { createPriorNetwork, type PriorNetwork } from "./priorNetwork";
export {
  conditionOn,
  fromResidual,
  imageSpread,
  measureShift,
  type PriorShift,
  restoreShifted,
  shiftedLosses,
  toResidual,
} from "./priorShift";
export { beginRestoration, restoreImage } from "./restore/restore";
export { type Effort, priorsOf, type RestorationKind, type RestoreSettings, settingsOf } from "./restore/settings";
export type { RestorationChoice, RestorationTask, Restored, RestoreProgress } from "./restore/task";
export {
  estimateByPair,
  estimateBySplit,
  meanOfTwo,
  type RiskEstimate,
  type SplitEstimator,
  stopByRisk,
} from "./splitEstimator";
export { viewAsPrior } from "./unetPrior";
export { restoreFromImage, startLevel } from "./warmStart";
export { blend, weighByRisk } from "./weighing";
