import { addNoise, averageSamples, finish, type NoiseSchedule, sampleAncestral, spreadTimes } from "ddpm-dip/ddpm";
import { checkMonteCarlo } from "ddpm-dip/metrics";
import { openStream, type tf } from "ddpm-dip/runtime";
import type { Row } from "../analysis/frames";
import { noiseVariance, withIdeal } from "./startLevel";

/** Images of one variance, a start's independent error of mean square `error`, both in model range, and the samples that are averaged. */
export interface DrawsSetting {
  image: number;
  error: number;
  draws: number;
}

/** Squared error of the mean of samples of the posterior from one start at noise nu: (1 − q)² s + q² r + s (1 − q²)/K, q = s/(s + nu). */
export function meanError({ image, error, draws }: DrawsSetting, nu: number): number {
  const q = image / (image + nu);
  return (1 - q) ** 2 * image + q ** 2 * error + (image * (1 - q ** 2)) / draws;
}

/** The noise from which that is least: r − s/K, 0 where that is below 0. */
export const bestNoiseOfMean = ({ image, error, draws }: DrawsSetting): number => Math.max(0, error - image / draws);

/**
 * The mean of ancestral samples from one start, run with the ideal network, beside its closed form and the best level.
 * @throws Error when it is more than four standard errors off.
 */
export function meanRow(schedule: NoiseSchedule, setting: DrawsSetting, level: number): Row {
  const { image, error, draws } = setting;
  const squared = withIdeal(schedule, { variances: [image] }, ({ denoiser, normal }) => {
    const x = normal("image", image);
    const start = x.add<tf.Tensor4D>(normal("error", error));
    const descend = (draw: number) => {
      const random = openStream(draw, "sampler");
      const from = addNoise(schedule, start, random.child("start").normal(x.shape) as tf.Tensor4D, level);
      return sampleAncestral(denoiser, from, random, { times: spreadTimes(level, level), clip: false });
    };
    return Array.from(finish(averageSamples(descend, draws)).sample.sub(x).square().dataSync());
  });
  const nu = noiseVariance(schedule, level);
  const { mean: measured, expected, deviations } = checkMonteCarlo(squared, meanError(setting, nu));
  return { draws, nu, expected, measured, deviations, best: bestNoiseOfMean(setting) };
}
