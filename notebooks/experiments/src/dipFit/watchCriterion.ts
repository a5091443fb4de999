import type { DipObservation, Known, StoppingRule } from "ddpm-dip/dip";
import { mean } from "simple-statistics";

/** A stopping criterion on a trajectory, with the image that it would return. */
export interface WatchedCriterion {
  /** The image of its choice, kept when it was made. @throws Error before the first iteration. */
  image(): Float32Array;
  /** Whether it has stopped; it then observes no more iterations. */
  readonly stopped: boolean;
  /** The iteration of its image. */
  readonly iteration: number;
  /** The iteration at which it stopped, or the last that it observed. */
  readonly detection: number;
  /** Its reading of the last iteration; NaN once it has stopped. */
  readonly reading: number;
  observe(known: Known): void;
}

/** What a criterion is given of an iteration. */
export function knownOf({ iteration, loss, output, averagedOutput }: DipObservation): Known {
  return {
    iteration,
    loss,
    output: output.dataSync() as Float32Array,
    averagedOutput: averagedOutput.dataSync() as Float32Array,
  };
}

/** Follows a criterion along a trajectory. Until it has a choice of its own, the newest image is the one it would return. */
export function watchCriterion(rule: StoppingRule): WatchedCriterion {
  let held: Float32Array | undefined;
  const watched = {
    ...{ stopped: false, iteration: 0, detection: 0, reading: Number.NaN },
    image() {
      if (!held) throw new Error("no image is held yet: no iteration was observed");
      return held;
    },
    observe(known: Known) {
      if (watched.stopped) {
        watched.reading = Number.NaN;
        return;
      }
      const { criterion: reading, stop: stopped, best } = rule.observe(known);
      Object.assign(watched, { reading, detection: known.iteration, stopped });
      if (best === known.iteration || best === 0) {
        held = known[rule.watches];
        watched.iteration = known.iteration;
      }
    },
  };
  return watched;
}

/**
 * One criterion for several fits, each observed elsewhere by its own: the mean of their images, each at its own choice; it has
 * stopped when the last of them has. @param runs the criteria of each fit, by the same names.
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
