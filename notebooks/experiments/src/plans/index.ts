export { planCropSamplers, planCropSamplerTuning } from "./cropSamplers";
export {
  cropTasks,
  planCropControls,
  planCropDdpm,
  planCropGallery,
  planCropGalleryDdpm,
  planCropRestore,
  planCropStartGrid,
  planCropStarts,
  planCropTuning,
} from "./cropStarts";
export {
  chosenDpsScale,
  chosenGuidance,
  ddnmEtas,
  denoisedSigmas,
  generators,
  planDdnmEta,
  planDdpmAlone,
  planDdpmDenoise,
  planDdpmRestore,
  planDdpmSamples,
  planDpsScale,
  planGenerators,
  planWarmSamples,
  restoredTasks,
  restorersOf,
  startLevels,
} from "./ddpm";
export { nlmSetting, planDenoiserTuning, tvSetting, tvWeights } from "./denoiserTuning";
export type { DipVariant } from "./dipFits";
export { dipFitTrial, dipVariants, fitCrops, namedVariants, pairFit, planCriteria, planVariants } from "./dipFits";
export {
  comparedNetworks,
  paperCases,
  planNetworks,
  planPaper,
  planTasks,
  tasks,
} from "./dipTasks";
export { planDdpmAdapted, planDipAlone } from "./halves";
export type { NoiseCase } from "./noiseKinds";
export { namedNoiseCases, noiseCases, planNoiseKinds } from "./noiseKinds";
export { listShownPictures } from "./pictures";
export { comparedPriors, planPriors, priorCrop, priorSigmas } from "./priors";
export { planPriorTraining, trainingPriors } from "./priorTraining";
export type { RestoreVariant } from "./restore";
export {
  commandTrial,
  namedRestoreVariants,
  planRestore,
  planRestoreTuning,
  planStackWithDip,
  priorsByStrength,
  restoreTrial,
  restoreVariants,
  tuneCrops,
} from "./restore";
export { planShortTraining } from "./shortTraining";
export { ablationDuration, ablationPhotos, planWarmCover, planWarmNoise } from "./startVariants";
export { planTeaser, planTeaserDdpm, planTeaserDip } from "./teaser";
export { bsd400TuneNames, cbsd68Names, set14Names } from "./testSets";
export {
  chosenWarmStart,
  planWarmControls,
  planWarmNetworks,
  planWarmStart,
  planWarmUsual,
  warmDurations,
} from "./warmStart";
export type { WarmSetting } from "./warmTrial";
export {
  chosenEta,
  chosenSetting,
  guessedIterations,
  isChosenFit,
  noiseSetting,
  usualDurations,
  warmTasks,
} from "./warmTrial";
export {
  planWarmGuidance,
  planWarmSettings,
  planWarmTuning,
  warmGuidances,
  warmSettings,
  warmStarts,
} from "./warmTuning";
