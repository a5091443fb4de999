import { requireCounts } from "../../runtime";
import type { Known, StoppingRule, WatchedImage } from "./rule";

/** Follows one number an iteration to its minimum. */
export interface PatientSearch {
  /** Takes the criterion at this iteration and tells whether to stop now. */
  observe(iteration: number, criterion: number): boolean;
  /** The iteration of the minimum so far; 0 before the first. */
  readonly best: number;
}

export interface PatienceOptions {
  /** Iterations without a new minimum after which to stop. */
  patience: number;
  /** The criterion is averaged over this many of the last readings before it is compared. */
  window?: number;
}

/**
 * Stops when the windowed mean of the criterion has not fallen for `patience` iterations, and answers with the
 * iteration of its minimum (early stopping, Prechelt 1998).
 * @throws RangeError when an option is not a whole number above 0.
 */
export function stopAfterPatience({ patience, window = 1 }: PatienceOptions): PatientSearch {
  requireCounts({ patience, window });
  const recent: number[] = [];
  let best = 0;
  let lowest = Number.POSITIVE_INFINITY;
  return {
    get best() {
      return best;
    },
    observe(iteration, criterion) {
      recent.push(criterion);
      if (recent.length > window) recent.shift();
      const mean = recent.reduce((sum, value) => sum + value, 0) / recent.length;
      if (recent.length === window && mean < lowest) {
        lowest = mean;
        best = iteration;
      }
      return best > 0 && iteration - best >= patience;
    },
  };
}

/** A number to be made small, read from one iteration; undefined while there is none. */
export interface Criterion {
  readonly watches: WatchedImage;
  read(known: Known): number | undefined;
}

/** The patience and window of the criteria that come without constants of their own, set beforehand and not tuned. */
export const defaultPatience: Required<PatienceOptions> = { patience: 300, window: 50 };

/** The rule that waits for the minimum of a criterion. */
export function stopAtMinimum(source: Criterion, options: PatienceOptions): StoppingRule {
  const patience = stopAfterPatience(options);
  return {
    watches: source.watches,
    observe(known) {
      const criterion = source.read(known);
      const stop = criterion !== undefined && patience.observe(known.iteration, criterion);
      return { stop, best: patience.best, criterion: criterion ?? Number.NaN };
    },
  };
}
