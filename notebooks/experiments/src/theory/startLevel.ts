import {
  alphaBarAt,
  finish,
  type NoisePredictor,
  type NoiseSchedule,
  openDenoiser,
  sampleDdim,
  spreadTimes,
} from "ddpm-dip/ddpm";
import { checkMonteCarlo } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";

/** One direction (eigenvector of the images' covariance) of a start x + e, variances per value in model range. */
export interface Direction {
  name: string;
  /** Variance of x. */
  image: number;
  /** Mean square of e. */
  error: number;
  /** E[x e]; below 0 where e is missing detail of x. */
  product: number;
}

/** Noise variance of a level in units of the clean image. */
export function noiseVariance(schedule: NoiseSchedule, t: number): number {
  return t === 0 ? 0 : 1 / alphaBarAt(schedule, t) - 1;
}

/** The mean squared error of where the deterministic reverse process ends from noise nu: 2s(1 − k) + k² r − 2k(1 − k)c. */
export function endError({ image, error, product }: Omit<Direction, "name">, nu: number): number {
  const k = Math.sqrt(image / (image + nu));
  return 2 * image * (1 - k) + k ** 2 * error - 2 * k * (1 - k) * product;
}

/** The noise from which that is least: 0 where r + c ≤ s, else that with k = (s + c)/(r + 2c). Infinite where noise alone is best. */
export function bestNoise({ image, error, product }: Omit<Direction, "name">): number {
  if (error + product <= image) return 0;
  const k = (image + product) / (error + 2 * product);
  return k > 0 ? image * (1 / k ** 2 - 1) : Number.POSITIVE_INFINITY;
}

/** The ideal noise predictor of Gaussian images whose channels have these variances about these means. */
export function idealPredictor(schedule: NoiseSchedule, variances: readonly number[], mean = 0): NoisePredictor {
  return {
    apply: (xt, steps) =>
      tf.tidy(() => {
        const alphaBar = alphaBarAt(schedule, steps.dataSync()[0] as number);
        const spread = variances.map((variance) => Math.sqrt(1 - alphaBar) / (alphaBar * variance + 1 - alphaBar));
        return xt.sub(Math.sqrt(alphaBar) * mean).mul<tf.Tensor4D>(tf.tensor1d(spread));
      }),
  };
}

/**
 * Squared errors of many values of each direction after DDIM with the ideal network, from a level.
 * @returns by direction.
 */
function runReverse(schedule: NoiseSchedule, directions: readonly Direction[], level: number): number[][] {
  const shape: [number, number, number, number] = [1, 96, 96, directions.length];
  const predictor = idealPredictor(
    schedule,
    directions.map(({ image }) => image),
  );
  const denoiser = openDenoiser(predictor, schedule, [96, 96, directions.length], { engine: "eager" });
  const ends = tf.tidy(() => {
    const normal = (role: string) => openStream(1, "data", role).normal(shape);
    const rows = (of: (one: Direction) => number) => tf.tensor1d(directions.map(of));
    const x = normal("image").mul(rows(({ image }) => Math.sqrt(image)));
    // e = (c / s) x + what is independent of x.
    const shared = ({ image, product }: Direction) => product / image;
    const own = (one: Direction) => Math.sqrt(Math.max(0, one.error - shared(one) ** 2 * one.image));
    const e = x.mul(rows(shared)).add(normal("error").mul(rows(own)));
    const alphaBar = alphaBarAt(schedule, level);
    const start = x
      .add(e)
      .mul(Math.sqrt(alphaBar))
      .add<tf.Tensor4D>(normal("noise").mul(Math.sqrt(1 - alphaBar)));
    const times = spreadTimes(level, Math.min(level, 250));
    const { sample } = finish(sampleDdim(denoiser, start, { times, clip: false }));
    const squared = sample.sub(x).square();
    return directions.map((_, i) => Array.from(squared.slice([0, 0, 0, i], [1, -1, -1, 1]).dataSync()));
  });
  denoiser.dispose();
  return ends;
}

/** Where a start from a level ended, in one direction. */
export interface LevelEnd {
  direction: string;
  level: number;
  nu: number;
  expected: number;
  measured: number;
  deviations: number;
}

/** Every direction from every level, run. @throws Error when one ends more than four standard errors from `endError`. */
export function runLevels(
  schedule: NoiseSchedule,
  directions: readonly Direction[],
  levels: readonly number[],
): LevelEnd[] {
  return levels.flatMap((level) => {
    const nu = noiseVariance(schedule, level);
    const ends = runReverse(schedule, directions, level);
    return directions.map((one, i) => {
      const { mean, expected, deviations } = checkMonteCarlo(ends[i] as number[], endError(one, nu));
      return { direction: one.name, level, nu, expected, measured: mean, deviations };
    });
  });
}
