import {
  alphaBarAt,
  averageDescents,
  finish,
  type NoiseSchedule,
  openDenoiser,
  sampleAncestral,
  spreadTimes,
} from "ddpm-dip/ddpm";
import { checkMonteCarlo } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import type { Row } from "../analysis/frames";
import { idealPredictor, noiseVariance } from "./startLevel";

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
  const shape: [number, number, number, number] = [1, 96, 96, 1];
  const denoiser = openDenoiser(idealPredictor(schedule, [image]), schedule, [96, 96, 1], { engine: "eager" });
  const squared = tf.tidy(() => {
    const normal = (role: string) => openStream(1, "data", role).normal(shape);
    const x = normal("image").mul(Math.sqrt(image));
    const start = x.add(normal("error").mul(Math.sqrt(error)));
    const alphaBar = alphaBarAt(schedule, level);
    const descend = (draw: number) => {
      const random = openStream(draw, "sampler");
      const noised = random
        .child("start")
        .normal(shape)
        .mul(Math.sqrt(1 - alphaBar));
      const from = start.mul(Math.sqrt(alphaBar)).add<tf.Tensor4D>(noised);
      return sampleAncestral(denoiser, from, random, { times: spreadTimes(level, level), clip: false });
    };
    const { sample } = finish(averageDescents(descend, draws));
    return Array.from(sample.sub(x).square().dataSync());
  });
  denoiser.dispose();
  const nu = noiseVariance(schedule, level);
  const { mean: measured, expected, deviations } = checkMonteCarlo(squared, meanError(setting, nu));
  return { draws, nu, expected, measured, deviations, best: bestNoiseOfMean(setting) };
}
