import type { SpecOf } from "../spec";

/** A rule of the league as the notebooks name it. */
export interface Contestant {
  /** The name under which trials hold it. */
  rule: string;
  title: string;
  /** The training whose trajectories it is on. */
  training: SpecOf<"league">["training"];
  /** Whether it must be told the noise level, or estimates it. */
  noiseLevel: "told" | "estimated" | "not needed";
}

const onPlain = (rule: string, title: string, noiseLevel: Contestant["noiseLevel"] = "not needed"): Contestant => ({
  rule,
  title,
  training: "plain",
  noiseLevel,
});

/** The upper bound: the best averaged image of a trajectory, chosen by the clean photo. No rule. */
export const oracle: Contestant = onPlain("oracle", "oracle (upper bound)");

/**
 * Every rule of the league, in the order of the tables. The trials also hold the two rules of the outputs' variance on the
 * averaged output; they are left out here: an average hardly varies, so that one never stops and the other stops at once.
 */
export const roster: readonly Contestant[] = [
  onPlain("last", "last iterate"),
  onPlain("fixed-500", "500 iterations"),
  onPlain("fixed-1000", "1,000 iterations"),
  onPlain("fixed-2000", "2,000 iterations"),
  onPlain("discrepancy", "discrepancy, sigma known", "told"),
  onPlain("discrepancy-wavelet", "discrepancy, wavelet sigma", "estimated"),
  onPlain("discrepancy-immerkaer", "discrepancy, Immerkaer sigma", "estimated"),
  onPlain("es-wmv", "ES-WMV"),
  onPlain("es-emv", "ES-EMV"),
  onPlain("sub-images", "sub-images (ESM)"),
  onPlain("sub-images-averaged", "sub-images on the average"),
  onPlain("self-reference-channels", "self-reference, channels"),
  onPlain("self-reference-neighbours", "self-reference, neighbours"),
  { rule: "held-out-2", title: "held-out pixels, 2 %", training: "held-out-2", noiseLevel: "not needed" },
  { rule: "held-out-10", title: "held-out pixels, 10 %", training: "held-out-10", noiseLevel: "not needed" },
  { rule: "pseudo-noise", title: "pseudo-noise validation", training: "pseudo-noise", noiseLevel: "told" },
  { rule: "sure", title: "SURE, zero crossing", training: "sure", noiseLevel: "told" },
  { rule: "sure-averaged", title: "SURE, averaged", training: "sure", noiseLevel: "told" },
  { rule: "split", title: "diffusion split", training: "split", noiseLevel: "told" },
];

/** Looks a contestant up by its rule. @throws RangeError when there is none. */
export function contestant(rule: string): Contestant {
  const found = [oracle, ...roster].find((one) => one.rule === rule);
  if (!found) throw new RangeError(`rule: got "${rule}", want one of ${roster.map((one) => one.rule).join(", ")}`);
  return found;
}
