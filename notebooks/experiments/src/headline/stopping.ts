import { bootstrapMean, type Interval } from "ddpm-dip/metrics";
import { contestant, type Standing, standingOf, stopsOf, stopsOfPair } from "../league";
import type { TrialRecord } from "../spec";

/** How the pair stops DIP beside another rule, on the same photos, noise and seeds. */
export interface StoppingHeadline {
  pair: Standing;
  rival: Standing;
  /** By how much the pair's gap to the best image of its own trajectory is smaller, run by run, dB. */
  closer: Interval;
}

/**
 * Holds the pair's stops against those of a rule of the league.
 * @param pairs trials of `planWhole`.
 * @param league trials of the rule's training at the same noise levels and more.
 * @throws RangeError when the rule has no stop on one of the pair's runs.
 */
export function compareStopping(
  pairs: readonly TrialRecord[],
  league: readonly TrialRecord[],
  rule = "es-wmv",
): StoppingHeadline {
  const own = stopsOfPair([...pairs]);
  const others = new Map(stopsOf(contestant(rule), [...league]).map((stop) => [stop.cell, stop]));
  const twins = own.map(({ cell }) => {
    const twin = others.get(cell);
    if (!twin) throw new RangeError(`stopping: ${rule} has no stop on ${cell}`);
    return twin;
  });
  const closer = bootstrapMean(own.map(({ gap }, i) => (twins[i] as (typeof twins)[number]).gap - gap));
  return { pair: standingOf(own), rival: standingOf(twins), closer };
}
