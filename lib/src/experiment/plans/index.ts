export type { Knob, Variant } from "./ablations";
export { ablationPhotos, knobs, planAblations } from "./ablations";
export {
  chosenDpsScale,
  denoisedSigmas,
  generators,
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
export { planShortTraining } from "./shortTraining";
export { chosenBalance, planSplitBalance, splitBalances } from "./splitBalance";
export {
  chosenWarmStart,
  planWarmControls,
  planWarmGuidance,
  planWarmNetworks,
  planWarmStart,
  planWarmTuning,
  warmDurations,
  warmGuidances,
  warmStarts,
  warmTasks,
} from "./warmStart";
export { planWatched } from "./watched";
