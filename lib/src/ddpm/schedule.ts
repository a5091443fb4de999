import { requireCounts, requireWithin } from "../runtime";

/** The variances of the forward process, indexed by t = 1..T; index 0 holds the clean end (alphaBar = 1). */
export interface NoiseSchedule {
  readonly steps: number;
  /** Variance added at step t; beta[0] = 0. */
  readonly beta: Float64Array;
  /** Share of the signal's variance left after t steps: product of 1 - beta; alphaBar[0] = 1. */
  readonly alphaBar: Float64Array;
}

/**
 * Builds a schedule from its variances.
 * @param betas of the steps 1..T, each in (0, 1).
 * @throws RangeError when there is none or one is out of range.
 */
export function createSchedule(betas: ArrayLike<number>): NoiseSchedule {
  if (betas.length === 0) throw new RangeError("betas: got none, want one a step");
  const beta = new Float64Array(betas.length + 1);
  const alphaBar = new Float64Array(betas.length + 1).fill(1);
  for (let t = 1; t < beta.length; t++) {
    const value = betas[t - 1] as number;
    requireWithin({ [`beta at t = ${t}`]: value }, "(0, 1)");
    beta[t] = value;
    alphaBar[t] = (alphaBar[t - 1] as number) * (1 - value);
  }
  return { steps: betas.length, beta, alphaBar };
}

/** Variances rising linearly from `first` to `last` (Ho et al. 2020, section 4). */
export function linearSchedule(steps = 1000, { first = 1e-4, last = 0.02 } = {}): NoiseSchedule {
  requireCounts({ steps });
  const slope = steps > 1 ? (last - first) / (steps - 1) : 0;
  return createSchedule(Float64Array.from({ length: steps }, (_, i) => first + slope * i));
}

/** Standard deviations rising linearly: beta = linspace(sqrt(0.00085), sqrt(0.012))^2 (Rombach et al. 2022). */
export function scaledLinearSchedule(steps = 1000): NoiseSchedule {
  requireCounts({ steps });
  const [first, last] = [Math.sqrt(0.00085), Math.sqrt(0.012)];
  const slope = steps > 1 ? (last - first) / (steps - 1) : 0;
  return createSchedule(Float64Array.from({ length: steps }, (_, i) => (first + slope * i) ** 2));
}

/** Variances rising along a sigmoid from 1e-4 to 0.02: sigmoid(linspace(-6, 6)) between them (Xu et al. 2022, GeoDiff). */
export function sigmoidSchedule(steps = 1000): NoiseSchedule {
  requireCounts({ steps });
  const [first, last] = [1e-4, 0.02];
  const at = (i: number) => -6 + (steps > 1 ? (12 * i) / (steps - 1) : 0);
  return createSchedule(
    Float64Array.from({ length: steps }, (_, i) => first + (last - first) / (1 + Math.exp(-at(i)))),
  );
}

/**
 * The squared-cosine schedule (Nichol & Dhariwal 2021, eq. 17):
 * alphaBar(t) = cos^2(((t/T + s)/(1 + s)) pi/2) with s = 0.008, normalised, each beta cut at 0.999.
 */
export function cosineSchedule(steps = 1000): NoiseSchedule {
  requireCounts({ steps });
  const offset = 0.008;
  const signal = (t: number) => Math.cos(((t / steps + offset) / (1 + offset)) * (Math.PI / 2)) ** 2;
  return createSchedule(Float64Array.from({ length: steps }, (_, i) => Math.min(1 - signal(i + 1) / signal(i), 0.999)));
}

/** alphaBar at t. @throws RangeError when t is not a step of the schedule (0 is the clean end). */
export function alphaBarAt(schedule: NoiseSchedule, t: number): number {
  const value = schedule.alphaBar[t];
  if (value === undefined) throw new RangeError(`t: got ${t}, want a whole number from 0 to ${schedule.steps}`);
  return value;
}

/**
 * The lowest t whose noise, seen in units of the clean image, is at least as strong: (1 - alphaBar) / alphaBar >= variance.
 * @param variance of the noise in model range: 4 sigma^2 for images in [0, 1] with noise sigma.
 * @throws RangeError when no level of the schedule is so noisy.
 */
export function matchLevel({ alphaBar, steps }: NoiseSchedule, variance: number): number {
  const t = alphaBar.findIndex((value, i) => i > 0 && (1 - value) / value >= variance);
  if (t > 0) return t;
  throw new RangeError(`variance: got ${variance}, the schedule reaches ${1 / (alphaBar[steps] as number) - 1}`);
}

/** Signal-to-noise ratio alphaBar / (1 - alphaBar) at t. */
export function signalToNoise(schedule: NoiseSchedule, t: number): number {
  const alphaBar = alphaBarAt(schedule, t);
  return alphaBar / (1 - alphaBar);
}
