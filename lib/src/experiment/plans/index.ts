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
export { chosenBalance, planSplitBalance, planSplitStopping, splitBalances } from "./splitStopping";
