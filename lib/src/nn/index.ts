export { silu } from "./activation";
export type { AdamOptions, Optimizer } from "./adam";
export { createAdam } from "./adam";
export type { ConvolutionOptions } from "./convolution";
export { addConvolution, convolve } from "./convolution";
export { addLinear, applyLinear, embedSteps } from "./embedding";
export type { ExponentialAverage } from "./exponentialAverage";
export { averageImages, averageWeights } from "./exponentialAverage";
export { batchNorm, groupNorm } from "./normalisation";
export type { Network, Parameters } from "./parameters";
export {
  addParameter,
  addScaleAndShift,
  addWeightAndBias,
  countParameters,
  disposeParameters,
  parameter,
} from "./parameters";
export type { UpsamplingMode } from "./resampling";
export { upsampleTwice } from "./resampling";
