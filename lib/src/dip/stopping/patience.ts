import { requireCounts } from "../../runtime";
import type { StoppingRule, WatchedImage } from "./rule";

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

/** The patience and window of the criteria that come without constants of their own, set beforehand and not tuned. */
export const defaultPatience: Required<PatienceOptions> = { patience: 300, window: 50 };

/**
 * The rule that waits for the minimum of a number.
 * @param read reads it from the watched image of an iteration; undefined while there is none.
 */
export function stopAtMinimum(
  watches: WatchedImage,
  read: (image: Float32Array) => number | undefined,
  options: PatienceOptions,
): StoppingRule {
  const patience = stopAfterPatience(options);
  return {
    watches,
    observe({ iteration, [watches]: image }) {
      const criterion = read(image);
      const stop = criterion !== undefined && patience.observe(iteration, criterion);
      return { stop, best: patience.best, criterion: criterion ?? Number.NaN };
    },
  };
}
