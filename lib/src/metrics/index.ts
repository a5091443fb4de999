export { bandEnds, bandErrors } from "./bandErrors";
export {
  applyClassifier,
  classifierLayers,
  classifierNames,
  classifierSize,
  loadClassifier,
} from "./classifierFeatures";
export { densityAndCoverage } from "./densityCoverage";
export { meanPairwiseDistance } from "./diversity";
export { extractAll, type FeatureExtractor, type Features } from "./features";
export { frechetDistance, frechetInterval } from "./frechet";
export { loadImagenetFeatures } from "./imagenetFeatures";
export { checkMonteCarlo } from "./monteCarlo";
export { nearestNeighbours } from "./nearestNeighbours";
export { loadPerceptual, type PerceptualDistance } from "./perceptual";
export { precisionAndRecall } from "./precisionRecall";
export { meanSquaredError, psnr } from "./psnr";
export { randomFeatures } from "./randomFeatures";
export { ssim } from "./ssim";
export { bootstrapMean, type Interval } from "./statistics";
