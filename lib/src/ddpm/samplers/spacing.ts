import { requireCounts, requireWhole } from "../../runtime";
import { type NoiseSchedule, signalToNoise } from "../schedule";

/**
 * Which levels a sampler visits, falling (Lin et al. 2024, table 2): `linspace` from `from` down to 1, both included;
 * `trailing` `from` and every (from / count)-th before it, so that 1 is left out.
 */
export type Spacing = "linspace" | "trailing";

/**
 * `count` levels from `from` down.
 * @throws RangeError when there are not so many.
 */
export function spreadTimes(from: number, count: number, spacing: Spacing = "linspace"): number[] {
  requireCounts({ from });
  requireWhole({ count }, 1, from);
  const each = (at: (i: number) => number) => Array.from({ length: count }, (_, i) => at(i));
  if (spacing === "trailing") return each((i) => Math.round(from - (from / count) * i));
  if (count === 1) return [from];
  return each((i) => Math.round(from - ((from - 1) * i) / (count - 1)));
}

/**
 * `count` levels of a schedule from its noisiest to its cleanest, whose sigma = sqrt((1 - alphaBar)/alphaBar) lie nearest
 * to the spacing of Karras et al. (2022, eq. 5), even in sigma^(1/rho): what Heun's method wants, whose error grows with
 * the ratio of the sigmas of a step. Levels that would fall together move apart.
 * @throws RangeError when there are not so many.
 */
export function spreadSigmas(schedule: NoiseSchedule, count: number, rho = 7): number[] {
  const { steps } = schedule;
  const even = spreadTimes(steps, count);
  const sigmas = Array.from({ length: steps }, (_, i) => signalToNoise(schedule, i + 1) ** -0.5);
  const [low, high] = [sigmas[0] as number, sigmas[steps - 1] as number];
  const times: number[] = [];
  for (const index of even.keys()) {
    const share = count === 1 ? 0 : index / (count - 1);
    const wanted = (high ** (1 / rho) + share * (low ** (1 / rho) - high ** (1 / rho))) ** rho;
    const above = sigmas.findIndex((sigma) => sigma >= wanted);
    const nearest =
      above > 0 && wanted - (sigmas[above - 1] as number) < (sigmas[above] as number) - wanted ? above : above + 1;
    // Levels are left for those that are still to come.
    times.push(Math.max(count - index, Math.min(nearest, (times.at(-1) ?? steps + 1) - 1)));
  }
  return times;
}
