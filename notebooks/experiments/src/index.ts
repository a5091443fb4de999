// What the notebooks used to find in one room with the methods, under one name still.
export { openImageNoise } from "ddpm-dip/data";
export type { RestoreImageOptions } from "ddpm-dip/fusion";
export { restoreImage } from "ddpm-dip/fusion";
export type { Progress } from "ddpm-dip/runtime";
export { openProgress } from "ddpm-dip/runtime";
export type {
  AnySpec,
  ExternalRun,
  PackSummary,
  Profile,
  ProfileName,
  RunTrialsOptions,
  StoredTrial,
  TrialResult,
  TrialStore,
} from "ddpm-dip/trials";
export {
  computeTrial,
  describeMachine,
  describeRun,
  InterruptedError,
  looseFile,
  openStore,
  packTrials,
  placeOf,
  planOf,
  readAllStored,
  readProfile,
  readVersions,
  recordExternal,
  runLive,
  runTrials,
  trialKey,
  unpackTrials,
  verify,
} from "ddpm-dip/trials";
export * as analysis from "./analysis";
export * as charts from "./charts";
export type { ExternalSpec } from "./externalTrial";
export { isExternal } from "./externalTrial";
export { forwardPictures, noiseOfStep } from "./forwardPictures";
export * as headline from "./headline";
export type { Crop, ImageSource } from "./imageSource";
export { readCrop } from "./imageSource";
export { readDegraded } from "./methods/restore";
export type { DipFitSpec } from "./methods/specs/dipFit";
export type { RestoreSpec } from "./methods/specs/restore";
export { readNoisyCrop } from "./noisyCrop";
export type { NoisyPhoto } from "./noisyPhoto";
export { toDataUri } from "./noisyPhoto";
export { cutPicture, errorPicture, pictureBands } from "./pictures";
export * as plans from "./plans";
export type { GridAxes } from "./plans/grid";
export { grid } from "./plans/grid";
export { scoreDenoised } from "./scoreDenoised";
export type { SpecOf, TrialRecord, TrialSpec } from "./spec";
export { checkSpec } from "./spec";
export type { PriorRow, PriorSummary } from "./tablePriors";
export {
  comparePriors,
  denoisersFrame,
  nameDenoiser,
  nameRestore,
  priorsBySet,
  recommended,
  tablePriors,
} from "./tablePriors";
export * as theory from "./theory";
export * as training from "./training";
export type { MeanCurve } from "./trajectory";
export { averageCurve } from "./trajectory";
export * as warmStart from "./warmStart";
