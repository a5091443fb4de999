/**
 * Which levels a sampler visits, falling (Lin et al. 2024, table 2): `linspace` from `from` down to 1, both included;
 * `leading` 1 and every (from / count)-th after it, so that the noisiest is left out; `trailing` `from` and every
 * (from / count)-th before it, so that 1 is left out.
 */
export type Spacing = "linspace" | "leading" | "trailing";

/**
 * `count` levels from `from` down.
 * @throws RangeError when there are not so many.
 */
export function spreadTimes(from: number, count: number, spacing: Spacing = "linspace"): number[] {
  if (!Number.isInteger(from) || !Number.isInteger(count) || count < 1 || count > from) {
    throw new RangeError(`count: got ${count}, want a whole number from 1 to ${from}`);
  }
  const each = (at: (i: number) => number) => Array.from({ length: count }, (_, i) => at(i));
  if (spacing === "leading") {
    const stride = Math.floor(from / count);
    return each((i) => 1 + stride * (count - 1 - i));
  }
  if (spacing === "trailing") return each((i) => Math.round(from - (from / count) * i));
  if (count === 1) return [from];
  return each((i) => Math.round(from - ((from - 1) * i) / (count - 1)));
}
