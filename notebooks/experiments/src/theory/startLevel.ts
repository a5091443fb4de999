import {
  addNoise,
  alphaBarAt,
  type Denoiser,
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

/** The ideal network for white images, and white noise of that shape by its role and variance. */
interface Ideal {
  denoiser: Denoiser;
  normal(role: string, variance?: number): tf.Tensor4D;
}

/** What is made of the ideal network for images whose channels have these variances about a mean; all else is freed. */
export function withIdeal<Made extends tf.TensorContainer>(
  schedule: NoiseSchedule,
  { variances, mean, side = 96 }: { variances: readonly number[]; mean?: number; side?: number },
  make: (ideal: Ideal) => Made,
): Made {
  const size = [side, side, variances.length] as const;
  const denoiser = openDenoiser(idealPredictor(schedule, variances, mean), schedule, size, { engine: "eager" });
  const normal = (role: string, variance = 1) =>
    openStream(1, "data", role)
      .normal([1, ...size])
      .mul<tf.Tensor4D>(Math.sqrt(variance));
  const made = tf.tidy(() => make({ denoiser, normal }));
  denoiser.dispose();
  return made;
}

/** Every direction from every level, run by DDIM. @throws Error when one ends more than four standard errors from `endError`. */
export function runLevels(schedule: NoiseSchedule, directions: readonly Direction[], levels: readonly number[]) {
  const variances = directions.map(({ image }) => image);
  const rows = (of: (one: Direction) => number) => tf.tensor1d(directions.map(of));
  // e = (c / s) x + what is independent of x.
  const shared = ({ image, product }: Direction) => product / image;
  const own = (one: Direction) => Math.sqrt(Math.max(0, one.error - shared(one) ** 2 * one.image));
  return levels.flatMap((level) => {
    const ends = withIdeal(schedule, { variances }, ({ denoiser, normal }) => {
      const x = normal("image").mul(rows(({ image }) => Math.sqrt(image)));
      const e = x.mul(rows(shared)).add(normal("error").mul(rows(own)));
      const start = addNoise(schedule, x.add(e), normal("noise"), level);
      const times = spreadTimes(level, Math.min(level, 250));
      const squared = finish(sampleDdim(denoiser, start, { times, clip: false }))
        .sample.sub(x)
        .square();
      return directions.map((_, i) => Array.from(squared.slice([0, 0, 0, i], [1, -1, -1, 1]).dataSync()));
    });
    const nu = noiseVariance(schedule, level);
    return directions.map((one, i) => {
      const { mean, expected, deviations } = checkMonteCarlo(ends[i] as number[], endError(one, nu));
      return { direction: one.name, level, nu, expected, measured: mean, deviations };
    });
  });
}
