export { ablationPhotos, planAblations } from "./ablations";
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
export {
  chosenPairBalance,
  ingredientArms,
  pairArm,
  planDenoiseLarge,
  planIngredients,
  planPairBalance,
  planPairEstimated,
  planPairPoisson,
  planRivals,
  planSelection,
  planStages,
  planTerms,
  planTwoRuns,
  planWhole,
  rivalArms,
  stageArms,
  termArms,
  wholeArm,
} from "./denoise";
export type { NamedArm } from "./denoiseCells";
export { denoiseSigmas } from "./denoiseCells";
export { nlmSetting, planDenoiserTuning, tvSetting, tvWeights } from "./denoiserTuning";
export type { DipVariant } from "./dipFits";
export { dipFitTrial, dipVariants, fitCrops, namedVariants, pairFit, planCriteria, planVariants } from "./dipFits";
export {
  comparedNetworks,
  noisyTasks,
  paperCases,
  planNetworks,
  planNoisyTasks,
  planPaper,
  planTasks,
  tasks,
} from "./dipTasks";
export type { Knob, Variant } from "./knobs";
export { knobs } from "./knobs";
export {
  changedTrainings,
  leaguePeaks,
  leagueSigmas,
  planLeague,
  planLeaguePoisson,
  planLeagueTrainings,
  planLeagueWrongSigma,
} from "./league";
export { listShownPictures } from "./pictures";
export {
  ablationDuration,
  otherPriors,
  planPriorsDenoise,
  planPriorsRestore,
  planWarmCover,
  planWarmNoise,
} from "./priorLengths";
export { comparedPriors, planPriors, priorCrop, priorSigmas } from "./priors";
export { planPriorTraining, trainingPriors } from "./priorTraining";
export type { RestoreVariant } from "./restore";
export {
  commandTrial,
  namedRestoreVariants,
  planRestore,
  planRestoreTuning,
  priorsByStrength,
  restoreTrial,
  restoreVariants,
  tuneCrops,
} from "./restore";
export {
  planSet14Controls,
  planSet14Ddpm,
  planSet14Denoise,
  planSet14OneStep,
  planSet14Restore,
  set14Durations,
  set14Size,
  set14Tasks,
} from "./set14";
export { planShortTraining } from "./shortTraining";
export { chosenBalance, planSplitBalance, splitBalances } from "./splitBalance";
export { bsd400TuneNames, cbsd68Names, set14Names } from "./testSets";
export {
  chosenWarmStart,
  planGalleryAlone,
  planWarmControls,
  planWarmGallery,
  planWarmNetworks,
  planWarmPictures,
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
export { planWatched } from "./watched";
