import { createMasking } from "ddpm-dip/data";
import { addNoise, finish, type NoiseSchedule, restoreDdnm, spreadTimes } from "ddpm-dip/ddpm";
import { meanSquaredError } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import type { Row } from "../analysis/frames";
import { checkRow, requireNear } from "./checks";
import { noiseVariance, withIdeal } from "./startLevel";

/** White images and a start with a white error: variances in model range, the level of the start, and how it comes down. */
export interface FreshSetting {
  image: number;
  error: number;
  level: number;
  /** Steps of DDNM with nothing measured. */
  steps: number;
  /** Amplitude of the fresh noise: its share of the variance is eta². */
  eta: number;
}

/** What is left of the start's error, and the squared error at the end without any, from the recursion of the claim. */
export function foretell(schedule: NoiseSchedule, { image, level, steps, eta }: FreshSetting) {
  const times = [...spreadTimes(level, steps), 0];
  let [factor, noise] = [1, noiseVariance(schedule, level)];
  for (const [i, t] of times.slice(0, -1).entries()) {
    const [nu, next] = [noiseVariance(schedule, t), noiseVariance(schedule, times[i + 1] as number)];
    const kept = image / (image + nu);
    const a = kept + Math.sqrt(next / nu) * Math.sqrt(1 - eta ** 2) * (1 - kept);
    factor *= a;
    noise = a ** 2 * noise + eta ** 2 * next;
  }
  return { factor, without: (1 - factor) ** 2 * image + noise };
}

/** The start's error from which on fresh noise ends better than none, in units of the images' variance. */
export function paysFrom(schedule: NoiseSchedule, setting: FreshSetting): number {
  const [none, some] = [foretell(schedule, { ...setting, eta: 0 }), foretell(schedule, setting)];
  return (some.without - none.without) / (none.factor ** 2 - some.factor ** 2) / setting.image;
}

function run(schedule: NoiseSchedule, { image, error, level, steps, eta }: FreshSetting) {
  return withIdeal(schedule, { variances: [image, image, image], side: 48 }, ({ denoiser, normal }) => {
    const [x, e, noise] = [normal("image", image), normal("error", error), normal("noise")];
    const nothing = createMasking(tf.zeros([1, 48, 48, 1]));
    const observation = { measurement: nothing, measured: tf.zerosLike(x) };
    const options = { times: spreadTimes(level, steps), eta, clip: false };
    const end = (from: tf.Tensor4D) => {
      const start = addNoise(schedule, from, noise, level);
      return finish(restoreDdnm(denoiser, observation, start, openStream(3, "sampler"), options)).sample;
    };
    const [right, wrong] = [end(x), end(x.add(e))];
    const size = meanSquaredError(e, tf.zerosLike(e));
    return {
      squared: Array.from(wrong.sub(x).square().dataSync()),
      factor: Math.sqrt(meanSquaredError(wrong, right) / size),
    };
  });
}

/** The claim at one setting as a row. @throws Error when the factor is off by 0.001, or the error by four standard errors. */
export function freshRow(schedule: NoiseSchedule, setting: FreshSetting): Row {
  const { factor, without } = foretell(schedule, setting);
  const found = run(schedule, setting);
  requireNear(`factor on the start's error, ${JSON.stringify(setting)}`, found.factor, factor, 1e-3);
  const row = checkRow("", found.squared, without + factor ** 2 * setting.error);
  const { steps, eta } = setting;
  return {
    ...{ steps, eta, factor, found: found.factor, expected: row.expected as number, measured: row.measured as number },
    ...{ deviations: row.deviations as number, pays: eta === 0 ? "–" : paysFrom(schedule, setting) },
  };
}
