import { chosenWarmStart, isChosenFit } from "../plans";
import type { DescentResult } from "../warmStart";

/** Whether two parts of specs say the same. */
export const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Started from the level that covers DIP's estimated error, as was chosen on the tune photos. */
export function isRuledStart({ start }: DescentResult): boolean {
  return start.by === "risk" && start.kappa === chosenWarmStart.kappa;
}

/** So started from a DIP that was fitted as was chosen there as well. */
export function isChosenStart(row: DescentResult): boolean {
  return isRuledStart(row) && isChosenFit(row);
}

/** With DIP in the noise estimate, weighed by the errors. */
export function isGuided({ guidance }: DescentResult): boolean {
  return guidance.kind === "errors";
}

/** As many evaluations as were chosen, or the most that there are. */
export function chosenEvaluations(rows: readonly DescentResult[]): number {
  const asked = rows.map((row) => row.asked);
  return asked.includes(chosenWarmStart.evaluations) ? chosenWarmStart.evaluations : Math.max(...asked);
}
