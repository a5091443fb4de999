import type { Prediction } from "../prediction";
import { alphaBarAt, type NoiseSchedule } from "../schedule";

/**
 * How the levels are weighed against each other in the loss: all alike in what the network predicts (Ho et al. 2020, eq.
 * 14); by min(SNR, 5) on x_0 (min-SNR-5, Hang et al. 2023); or away from the levels where little is left to learn (P2,
 * Choi et al. 2022, with k = 1 and gamma = 1).
 */
export type Weighting = "simple" | "min-snr" | "p2";

/** Bound of min-SNR. */
const largestRatio = 5;

/**
 * The weight of the squared error of a prediction at each t, index 0 unused. With SNR = alphaBar / (1 - alphaBar), the
 * error of eps is SNR times that of x_0, and that of v is SNR + 1 times it.
 */
export function lossWeights(schedule: NoiseSchedule, weighting: Weighting, prediction: Prediction): Float64Array {
  const weights = new Float64Array(schedule.steps + 1);
  for (let t = 1; t <= schedule.steps; t++) {
    const alphaBar = alphaBarAt(schedule, t);
    const ratio = alphaBar / (1 - alphaBar);
    const ofClean = weighting === "min-snr" ? Math.min(ratio, largestRatio) : ratio / (1 + ratio);
    const factor = { noise: ratio, clean: 1, velocity: 1 + ratio }[prediction];
    // Where nothing of the signal is left, the weight of the noise is its limit, 1.
    weights[t] = weighting === "simple" || factor === 0 ? 1 : ofClean / factor;
  }
  return weights;
}
