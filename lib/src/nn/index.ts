export { leakyRelu, silu } from "./activation";
export { createAdam } from "./adam";
export { applyBatchNorm, batchNorm, composeBatchNorm } from "./batchNorm";
export { spreadBlocks, stackBlocks } from "./blocks";
export { composeGroupNorm } from "./composeGroupNorm";
export {
  addConvolution,
  type ConvolutionOptions,
  type ConvolutionSettings,
  composeConvolution,
  convolve,
  filterMinimally,
} from "./convolution";
export { addConvolutionEach, convolveEach } from "./convolveEach";
export { addLinear, applyLinear, embedSteps } from "./embedding";
export { averageImages, averageWeights, blendTowards, composeBlend } from "./exponentialAverage";
export { applyFilmSilu, composeFilmSilu, filmSilu } from "./film";
export { type Frame, padTo, requireImages } from "./frame";
export { createGainAdam } from "./gains";
export { applyGroupNorm, groupNorm } from "./groupNorm";
export { addLabels, withLabels } from "./labels";
export { cosineDecay, linearRate, warmUp } from "./learningRate";
export { createMuon, orthogonalise } from "./muon";
export { clipByGlobalNorm, type LearningRate, type Optimizer, rateAt } from "./optimizer";
export {
  addParameter,
  addScaleAndShift,
  addWeightAndBias,
  assignParameters,
  countParameters,
  disposeParameters,
  type Network,
  type Parameters,
  parameter,
  withParameters,
} from "./parameters";
export { exportWeights } from "./pytorchLayout";
export { composeReflectionPad, mirrorMargins, reflectionPad } from "./reflectionPad";
export { composeUpsampling, enlargeBilinear, type UpsamplingMode, upsampleTwice } from "./resampling";
export { addSelfAttention, selfAttention } from "./selfAttention";
