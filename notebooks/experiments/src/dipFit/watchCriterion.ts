import type { DipObservation, Known, StoppingRule } from "ddpm-dip/dip";

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
  let [stopped, iteration, detection, reading] = [false, 0, 0, Number.NaN];
  return {
    image() {
      if (!held) throw new Error("no image is held yet: no iteration was observed");
      return held;
    },
    get stopped() {
      return stopped;
    },
    get iteration() {
      return iteration;
    },
    get detection() {
      return detection;
    },
    get reading() {
      return reading;
    },
    observe(known) {
      if (stopped) {
        reading = Number.NaN;
        return;
      }
      const verdict = rule.observe(known);
      [reading, detection, stopped] = [verdict.criterion, known.iteration, verdict.stop];
      if (verdict.best === known.iteration || verdict.best === 0) {
        held = known[rule.watches];
        iteration = known.iteration;
      }
    },
  };
}
