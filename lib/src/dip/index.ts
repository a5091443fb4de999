export { averageRuns } from "./averageRuns";
export { drawInput, type FitDipOptions, type FitState, fitDip, type Objective, squaredError } from "./fitDip";
export { fitEach } from "./fitEach";
export { fitFedBack } from "./fitFedBack";
export { fitSure } from "./fitSure";
export { interpolateKnown } from "./interpolateKnown";
export { leastVariation } from "./leastVariation";
export type { DipNetwork } from "./network";
export { createDeepDecoder } from "./networks/deepDecoder";
export { createSkipNetwork } from "./networks/skipNetwork";
export { createDipUnet } from "./networks/unet";
export { pairNetworks } from "./pairNetworks";
export { type PresetName, presetNames, presets } from "./presets";
export { type Enlarging, roughGuess, shareInReach } from "./roughGuess";
export type { DipObservation, FitControls, RunFitOptions } from "./runFit";
export { stopAtDiscrepancy } from "./stopping/discrepancy";
export { stopAfter } from "./stopping/fixedBudget";
export { holdOutPixels } from "./stopping/heldOutPixels";
export { stopAtMovingVariance } from "./stopping/movingVariance";
export {
  type Criterion,
  defaultPatience,
  type PatienceOptions,
  stopAfterPatience,
  stopAtMinimum,
} from "./stopping/patience";
export type { Known, PreparedTraining, StoppingRule, Verdict, WatchedImage } from "./stopping/rule";
export { stopAtSelfReference } from "./stopping/selfReference";
export { stopAtSubImageDistance } from "./stopping/subImages";
export { stopAtWindowedVariance } from "./stopping/windowedVariance";
export { stopAtZeroCrossing } from "./stopping/zeroCrossing";
