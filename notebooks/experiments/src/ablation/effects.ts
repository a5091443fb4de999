import { bootstrapMean, type Interval } from "ddpm-dip/metrics";

/** A quality with the chosen configuration and with another, on the same photo, noise and seed. */
export interface PairedQuality {
  chosen: number;
  other: number;
}

/** What turning one knob does: the other value minus the chosen one. */
export interface Effect {
  /** The part of the method that the knob belongs to. */
  part: string;
  knob: string;
  /** The value that it was turned to, and the one that was chosen. */
  value: string;
  chosen: string;
  /** Mean difference with its 95 % bootstrap interval, dB; below 0 the chosen value is better. */
  difference: Interval;
  /** Share of the pairs in which the other value is better. */
  wins: number;
  pairs: number;
}

/** The effect of a knob's value over pairs. @throws RangeError when there is no pair. */
export function effectOf(
  names: Pick<Effect, "part" | "knob" | "value" | "chosen">,
  pairs: readonly PairedQuality[],
): Effect {
  if (pairs.length === 0) throw new RangeError(`${names.knob}, ${names.value}: got no pair to compare`);
  const differences = pairs.map(({ chosen, other }) => other - chosen);
  return {
    ...names,
    difference: bootstrapMean(differences),
    wins: differences.filter((difference) => difference > 0).length / pairs.length,
    pairs: pairs.length,
  };
}

/** Whether the interval leaves out 0. */
export function isDecided({ difference: { low, high } }: Effect): boolean {
  return low > 0 || high < 0;
}

/** From the most harm to the most help. */
export function sortEffects(effects: readonly Effect[]): Effect[] {
  return [...effects].sort((a, b) => a.difference.mean - b.difference.mean);
}

/** Pairs values by the name of their cell; cells that one of both lacks are left out. */
export function pairByCell(chosen: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): PairedQuality[] {
  return [...other].flatMap(([cell, value]) => {
    const twin = chosen.get(cell);
    return twin === undefined ? [] : [{ chosen: twin, other: value }];
  });
}
