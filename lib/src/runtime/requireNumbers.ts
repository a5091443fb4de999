type Named = Readonly<Record<string, number>>;

/** @throws RangeError naming the first that is not a finite number above 0. */
export function requirePositive(values: Named): void {
  requireNumbers(values, (value) => value > 0 && Number.isFinite(value), "a number above 0");
}

/** @throws RangeError naming the first that is not a finite number of at least 0. */
export function requireNotNegative(values: Named): void {
  requireNumbers(values, (value) => value >= 0 && Number.isFinite(value), "a number of at least 0");
}

/** @throws RangeError naming the first that is not a whole number above 0. */
export function requireCounts(values: Named): void {
  requireNumbers(values, (value) => Number.isInteger(value) && value >= 1, "a whole number above 0");
}

/** @throws RangeError naming the first that is not a whole number from `least` on, to `most` at most. */
export function requireWhole(values: Named, least: number, most = Number.POSITIVE_INFINITY): void {
  const range = most < Number.POSITIVE_INFINITY ? `from ${least} to ${most}` : `of at least ${least}`;
  const isRight = (value: number) => Number.isInteger(value) && value >= least && value <= most;
  requireNumbers(values, isRight, `a whole number ${range}`);
}

/** @param interval its ends are numbers, round where they are not part of it. @throws RangeError naming the first that is outside. */
export function requireWithin(values: Named, interval: `${"[" | "("}${number}, ${number}${"]" | ")"}`): void {
  const [low, high] = interval.slice(1, -1).split(", ").map(Number) as [number, number];
  const isAbove = (value: number) => value > low || (interval.startsWith("[") && value === low);
  const isBelow = (value: number) => value < high || (interval.endsWith("]") && value === high);
  requireNumbers(values, (value) => isAbove(value) && isBelow(value), `a number in ${interval}`);
}

/** @param wanted what would be right, for the error. */
function requireNumbers(values: Named, isRight: (value: number) => boolean, wanted: string): void {
  for (const [name, value] of Object.entries(values)) {
    if (!isRight(value)) throw new RangeError(`${name}: got ${value}, want ${wanted}`);
  }
}
