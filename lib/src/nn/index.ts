export { leakyRelu, silu } from "./activation";
export type { AdamOptions } from "./adam";
export { createAdam } from "./adam";
export { addBias } from "./addBias";
export type { BatchNormOptions } from "./batchNorm";
export { applyBatchNorm, batchNorm, composeBatchNorm } from "./batchNorm";
export { spreadBlocks, stackBlocks } from "./blocks";
export { composeGroupNorm } from "./composeGroupNorm";
export type { ConvolutionOptions } from "./convolution";
export { addConvolution, convolve } from "./convolution";
export { addConvolutionEach, convolveEach } from "./convolveEach";
export { addLinear, applyLinear, embedSteps } from "./embedding";
export { composeInterleave, convolveEnlarged, interleave } from "./enlargingConvolution";
export type { ImageAverage } from "./exponentialAverage";
export { averageImages, averageWeights, blendTowards, composeBlend } from "./exponentialAverage";
export { applyFilmSilu, composeFilmSilu, filmSilu } from "./film";
export type { Frame } from "./frame";
export { padTo } from "./frame";
export type { GroupNormOptions } from "./groupNorm";
export { applyGroupNorm, groupNorm } from "./groupNorm";
export { addLabels, embedLabels, requireClasses } from "./labels";
export type { CosineDecayOptions } from "./learningRate";
export { cosineDecay, linearRate, warmUp } from "./learningRate";
export type { MuonOptions } from "./muon";
export { createMuon, orthogonalise } from "./muon";
export type { Evaluation, Gradients, LearningRate, Optimizer, OptimizerOptions } from "./optimizer";
export { clipByGlobalNorm, rateAt } from "./optimizer";
export type { Network, Parameters } from "./parameters";
export {
  addParameter,
  addScaleAndShift,
  addWeightAndBias,
  assignParameters,
  countParameters,
  disposeParameters,
  parameter,
  withParameters,
} from "./parameters";
export { exportWeights } from "./pytorchLayout";
export { composeReflectionPad, mirrorMargins, reflectionPad } from "./reflectionPad";
export type { UpsamplingMode } from "./resampling";
export { composeUpsampling, enlargeBilinear, upsampleTwice } from "./resampling";
export { addSelfAttention, selfAttention } from "./selfAttention";
