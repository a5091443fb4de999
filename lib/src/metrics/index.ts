export { bandEnds, bandErrors } from "./bandErrors";
export {
  applyClassifier,
  classifierLayers,
  classifierNames,
  classifierSize,
  loadClassifier,
} from "./classifierFeatures";
export { meanPairwiseDistance } from "./diversity";
export { extractAll, type FeatureExtractor, type Features } from "./features";
export { frechetDistance, frechetInterval } from "./frechet";
export { loadImagenetFeatures } from "./imagenetFeatures";
export { densityAndCoverage, precisionAndRecall } from "./manifold";
export { nearestNeighbours } from "./nearestNeighbours";
export { loadPerceptual, type PerceptualDistance } from "./perceptual";
export { meanSquaredError, psnr } from "./psnr";
export { randomFeatures } from "./randomFeatures";
export { ssim } from "./ssim";
export { bootstrapMean, checkMonteCarlo, type Interval } from "./statistics";
