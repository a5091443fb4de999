import { mean } from "simple-statistics";
import type { WatchedCriterion } from "./watchCriterion";

/**
 * One criterion for several independent fits that are observed elsewhere, each by its own: the image is the mean of theirs, each at
 * its own choice, and it has stopped when the last of them has.
 * @param runs the criteria of each fit, by the same names.
 */
export function averageWatched(runs: readonly Record<string, WatchedCriterion>[]): Record<string, WatchedCriterion> {
  const names = Object.keys(runs[0] ?? {});
  return Object.fromEntries(names.map((name) => [name, averageOf(runs.map((run) => run[name] as WatchedCriterion))]));
}

function averageOf(criteria: readonly WatchedCriterion[]): WatchedCriterion {
  return {
    image() {
      const images = criteria.map((one) => one.image());
      return (images[0] as Float32Array).map((_, i) => mean(images.map((image) => image[i] as number)));
    },
    get stopped() {
      return criteria.every(({ stopped }) => stopped);
    },
    get iteration() {
      return Math.round(mean(criteria.map(({ iteration }) => iteration)));
    },
    get detection() {
      return Math.max(...criteria.map(({ detection }) => detection));
    },
    get reading() {
      return mean(criteria.map(({ reading }) => reading));
    },
    observe() {},
  };
}
