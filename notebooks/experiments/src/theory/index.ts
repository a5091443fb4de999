export type { RecorruptedDraw } from "./adaptation";
export { bestShare, drawRecorrupted, fitShare, shareRisk } from "./adaptation";
export { checkRow, checkStyle, repeat, requireNear } from "./checks";
export type { KnownDenoiser, Projection } from "./denoisers";
export { biasOf, blockMeans, projectionRisk, softThreshold } from "./denoisers";
export { forwardChecks } from "./forward";
export { drawWithFresh, measureAdamStep } from "./freshNoise";
export type { FreshSetting } from "./freshShare";
export { foretell, freshRow, paysFrom } from "./freshShare";
export { heldOutRows } from "./heldOut";
export type { ErrorKind } from "./lawDistance";
export { drawLogRatios } from "./lawDistance";
export { limitRows } from "./limits";
export type { RiskDraw, SplitSetting } from "./riskEstimates";
export {
  drawPair,
  drawProduct,
  drawSingle,
  noisyDraw,
  pairVariance,
  relativeDeviation,
  singleVariance,
} from "./riskEstimates";
export { deviationAfter, drawShiftedErrors, shiftedVariance } from "./shift";
export type { Direction, LevelEnd } from "./startLevel";
export { bestNoise, endError, idealPredictor, noiseVariance, runLevels } from "./startLevel";
