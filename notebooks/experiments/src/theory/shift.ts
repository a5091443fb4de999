import {
  addNoise,
  alphaBarAt,
  finish,
  fromModelRange,
  type NoiseSchedule,
  sampleDdim,
  spreadTimes,
  toModelRange,
} from "ddpm-dip/ddpm";
import { fromResidual, imageSpread, toResidual } from "ddpm-dip/fusion";
import { openStream, tf } from "ddpm-dip/runtime";
import { withIdeal } from "./startLevel";

/** Variance of images in model range that the shifted process brings the residual to. */
export const shiftedVariance = (2 * imageSpread) ** 2;

/**
 * Squared errors of the ideal guess of x ~ N(mu, r I) in the shifted process at a level, image units: the residual is brought to
 * the images' spread, noised, guessed, and brought back, all by the library's own functions.
 */
export function drawShiftedErrors(schedule: NoiseSchedule, mu: tf.Tensor4D, residual: number, t: number): number[] {
  return tf.tidy(() => {
    const normal = (role: string) => openStream(1, "data", role).normal(mu.shape) as tf.Tensor4D;
    const x = mu.add<tf.Tensor4D>(normal("residual").mul(Math.sqrt(residual)));
    const shift = { spread: Math.sqrt(residual) };
    const xt = addNoise(schedule, toModelRange(toResidual(shift, x, mu)), normal("noise"), t);
    const alphaBar = alphaBarAt(schedule, t);
    const kept = shiftedVariance / (shiftedVariance + 1 / alphaBar - 1);
    const guess = fromResidual(shift, fromModelRange(xt.mul<tf.Tensor4D>(kept / Math.sqrt(alphaBar))), mu);
    return Array.from(guess.sub(x).square().dataSync());
  });
}

/** Standard deviation of what DDIM with the ideal network for N(mean, variance) returns, as a share of the true one. */
export function deviationAfter(schedule: NoiseSchedule, mean: number, variance: number, evaluations: number): number {
  return withIdeal(schedule, { variances: [variance], mean }, ({ denoiser, normal }) => {
    const times = spreadTimes(schedule.steps, evaluations, "trailing");
    const { sample } = finish(sampleDdim(denoiser, normal("start"), { times, clip: false }));
    return Math.sqrt((tf.moments(sample).variance.dataSync()[0] as number) / variance);
  });
}
