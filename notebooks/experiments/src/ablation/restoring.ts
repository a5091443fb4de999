import type { DescentResult } from "../warmStart";
import { type Effect, effectOf, pairByCell } from "./effects";

/** A value of a knob of the warm start: which descents have it. */
export interface DescentVariant {
  knob: string;
  value: string;
  has(row: DescentResult): boolean;
}

/**
 * The effects of the warm start's knobs on its restored images.
 * @param chosen which descents have the chosen configuration, and how it is called for each knob.
 */
export function restoringEffects(
  rows: readonly DescentResult[],
  variants: readonly DescentVariant[],
  chosen: { has(row: DescentResult): boolean; values: Record<string, string> },
): Effect[] {
  const quality = (has: (row: DescentResult) => boolean) =>
    new Map(rows.filter(has).map((row): [string, number] => [row.cell, row.psnr]));
  const base = quality(chosen.has);
  return variants.flatMap(({ knob, value, has }) => {
    const pairs = pairByCell(base, quality(has));
    const names = { part: "warm start", knob, value, chosen: chosen.values[knob] ?? "" };
    return pairs.length === 0 ? [] : [effectOf(names, pairs)];
  });
}
