export type { Knob, Variant } from "./ablations";
export { ablationPhotos, knobs, planAblations } from "./ablations";
export {
  chosenDpsScale,
  ddnmEtas,
  denoisedSigmas,
  generators,
  planDdnmEta,
  planDdpmAlone,
  planDdpmDenoise,
  planDdpmRestore,
  planDdpmSamples,
  planDpsScale,
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
export {
  changedTrainings,
  leaguePeaks,
  leagueSigmas,
  planLeague,
  planLeagueLarge,
  planLeaguePoisson,
  planLeagueTrainings,
  planLeagueTuning,
  planLeagueWrongSigma,
} from "./league";
export { otherPriors, planPriorsDenoise, planPriorsRestore, planWarmNoise } from "./priorLengths";
export { planPriorTraining, trainingPriors } from "./priorTraining";
export { planSet14Denoise, set14Photos, set14Size } from "./set14";
export { planShortTraining } from "./shortTraining";
export { chosenBalance, planSplitBalance, splitBalances } from "./splitBalance";
export {
  chosenWarmStart,
  planWarmControls,
  planWarmGuidance,
  planWarmNetworks,
  planWarmSettings,
  planWarmStart,
  planWarmTuning,
  warmDurations,
  warmGuidances,
  warmSettings,
  warmStarts,
  warmTasks,
} from "./warmStart";
export { planWatched } from "./watched";
