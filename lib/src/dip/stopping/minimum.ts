import { type PatienceOptions, stopAfterPatience } from "./patience";
import type { Known, StoppingRule, WatchedImage } from "./rule";

/** A number to be made small, read from one iteration; undefined while there is none. */
export interface Criterion {
  readonly watches: WatchedImage;
  readonly memoryBytes: number;
  read(known: Known): number | undefined;
}

/** The patience and window of the criteria that come without constants of their own, set beforehand and not tuned. */
export const defaultPatience: Required<PatienceOptions> = { patience: 300, window: 50 };

/** The rule that waits for the minimum of a criterion. */
export function stopAtMinimum(source: Criterion, options: PatienceOptions): StoppingRule {
  const patience = stopAfterPatience(options);
  return {
    watches: source.watches,
    get memoryBytes() {
      return source.memoryBytes + 8 * (options.window ?? 1);
    },
    observe(known) {
      const criterion = source.read(known);
      const stop = criterion !== undefined && patience.observe(known.iteration, criterion);
      return { stop, best: patience.best, criterion: criterion ?? Number.NaN };
    },
  };
}
