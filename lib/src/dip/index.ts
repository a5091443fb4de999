export { averageRuns } from "./averageRuns";
export { type FitDipOptions, type FitState, fitDip, type Objective, squaredError } from "./fitDip";
export { type FitEachOptions, fitEach } from "./fitEach";
export { type FedBackOptions, fitFedBack } from "./fitFedBack";
export { type FitSureOptions, fitSure } from "./fitSure";
export type { Guess } from "./guess";
export { drawInput, type InputKind } from "./input";
export { leastVariation } from "./leastVariation";
export type { DipNetwork } from "./network";
export { createDeepDecoder, type DeepDecoderOptions } from "./networks/deepDecoder";
export { createSkipNetwork, type SkipNetworkOptions } from "./networks/skipNetwork";
export { createDipUnet, type DipUnetOptions } from "./networks/unet";
export { pairNetworks } from "./pairNetworks";
export { createPresetNetwork, type PresetName, presetNames, presets } from "./presets";
export { type Enlarging, roughGuess, shareInReach } from "./roughGuess";
export type { DipObservation, FitControls, RunFitOptions } from "./runFit";
export { spreadKnown } from "./spreadKnown";
export { type DiscrepancyOptions, stopAtDiscrepancy } from "./stopping/discrepancy";
export { stopAfter } from "./stopping/fixedBudget";
export { type HeldOutPixelsOptions, holdOutPixels } from "./stopping/heldOutPixels";
export { type MovingVarianceOptions, stopAtMovingVariance } from "./stopping/movingVariance";
export {
  type Criterion,
  checkPatience,
  defaultPatience,
  type PatienceOptions,
  stopAfterPatience,
  stopAtMinimum,
} from "./stopping/patience";
export type { Known, PreparedTraining, StoppingRule, Verdict, WatchedImage } from "./stopping/rule";
export { type SelfReferenceOptions, stopAtSelfReference } from "./stopping/selfReference";
export { type SubImageOptions, stopAtSubImageDistance } from "./stopping/subImages";
export {
  followWindowedVariance,
  stopAtWindowedVariance,
  type WindowedVarianceOptions,
} from "./stopping/windowedVariance";
export { stopAtZeroCrossing } from "./stopping/zeroCrossing";
