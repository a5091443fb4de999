export {
  chosenDpsScale,
  denoisedSigmas,
  generators,
  planDdpmDenoise,
  planDdpmRestore,
  planDdpmSamples,
  planDpsScale,
  restoredTasks,
  restorersOf,
} from "./ddpm";
export type { NamedArm } from "./denoise";
export {
  chosenPairBalance,
  denoiseSigmas,
  ingredientArms,
  pairArm,
  planIngredients,
  planPairBalance,
  planRivals,
  planTwoRuns,
  planWhole,
  planWholeLarge,
  rivalArms,
  wholeArm,
} from "./denoise";
export { comparedNetworks, paperCases, planNetworks, planPaper, planTasks, tasks } from "./dipTasks";
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
export { planOverfit, planWatched } from "./overfit";
export { planShortTraining } from "./shortTraining";
export { chosenBalance, planSplitBalance, splitBalances } from "./splitBalance";
