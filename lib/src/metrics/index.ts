export { bandEnds, bandErrors, bandShares } from "./bandErrors";
export type { MonteCarloCheck } from "./monteCarlo";
export { checkMonteCarlo } from "./monteCarlo";
export { meanSquaredError, psnr } from "./psnr";
export { ssim } from "./ssim";
export type { Interval } from "./statistics";
export { bootstrapMean } from "./statistics";
