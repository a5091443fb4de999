export { type BatchSource, openLabelledSource, openPatchSource } from "./batchSource";
export { openBsd400 } from "./bsd400";
export { decodeCifar10, describeCifar10, type LabelledImages, readCifar10 } from "./cifar10";
export { cropCentre, cropImage, type Rectangle } from "./crop";
export { drawDeadLeaves } from "./deadLeaves";
export { enlargeBicubic } from "./enlarge";
export { formatTable, maxPixels } from "./formats";
export {
  encodePng,
  type ReadImageOptions,
  readImage,
  resizeImage,
  type Smoothing,
  smoothImage,
  writeImage,
} from "./image";
export { listImageFolder } from "./imageFolder";
export { createBlur, createDownsampling, createIdentity, createMasking, type LinearOperator } from "./linearOperator";
export { drawHoleMask, drawPixelMask, readMask, readTextMask } from "./masks";
export { addGaussianNoise, addPoissonNoise, invertStabilised, openImageNoise, stabilisePoisson } from "./noise";
export { estimateSigmaWavelet, isWhite, neighbourCorrelation } from "./noiseLevel";
export { drawPatches } from "./patches";
export { listPhotos, readPhoto } from "./photos";
export { createSampledTransform, drawFrequencyMask, sampledTransforms } from "./sampledTransform";
