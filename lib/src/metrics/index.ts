export { bandEnds, bandErrors } from "./bandErrors";
export {
  applyClassifier,
  classifierLayers,
  classifierNames,
  classifierSize,
  loadClassifier,
} from "./classifierFeatures";
export type { DensityCoverage } from "./densityCoverage";
export { densityAndCoverage } from "./densityCoverage";
export { meanPairwiseDistance } from "./diversity";
export type { FeatureExtractor, Features } from "./features";
export { extractAll } from "./features";
export type { FrechetInterval } from "./frechet";
export { frechetDistance, frechetInterval } from "./frechet";
export { loadImagenetFeatures } from "./imagenetFeatures";
export { loadInception } from "./inceptionFeatures";
export type { MonteCarloCheck } from "./monteCarlo";
export { checkMonteCarlo } from "./monteCarlo";
export type { Neighbour } from "./nearestNeighbours";
export { nearestNeighbours } from "./nearestNeighbours";
export type { PerceptualDistance } from "./perceptual";
export { loadPerceptual } from "./perceptual";
export type { PrecisionRecall } from "./precisionRecall";
export { precisionAndRecall } from "./precisionRecall";
export { meanSquaredError, psnr } from "./psnr";
export { randomFeatures } from "./randomFeatures";
export { ssim } from "./ssim";
export type { Interval } from "./statistics";
export { bootstrapMean } from "./statistics";
