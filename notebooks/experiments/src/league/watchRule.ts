import type { Known, StoppingRule } from "ddpm-dip/dip";

/** A rule on a trajectory, with the image that it would return and what it cost. */
export interface WatchedRule {
  readonly rule: StoppingRule;
  /** The image of the rule's choice, kept when it was made. @throws Error before the first iteration. */
  image(): Float32Array;
  /** Whether it has stopped; it is then shown no more iterations. */
  readonly stopped: boolean;
  /** The iteration of its image. */
  readonly iteration: number;
  /** The iteration at which it stopped, or the last that it was shown. */
  readonly noticed: number;
  /** What it judged the last iteration by. */
  readonly criterion: number;
  /** Time spent in it, milliseconds. */
  readonly elapsedMs: number;
  observe(known: Known): void;
}

/** Follows a rule along a trajectory. Until the rule has a choice of its own, the newest image is the one it would return. */
export function watchRule(rule: StoppingRule): WatchedRule {
  let held: Float32Array | undefined;
  let [stopped, iteration, noticed, criterion, elapsedMs] = [false, 0, 0, Number.NaN, 0];
  return {
    rule,
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
    get noticed() {
      return noticed;
    },
    get criterion() {
      return criterion;
    },
    get elapsedMs() {
      return elapsedMs;
    },
    observe(known) {
      if (stopped) {
        criterion = Number.NaN;
        return;
      }
      const started = performance.now();
      const verdict = rule.observe(known);
      elapsedMs += performance.now() - started;
      criterion = verdict.criterion;
      noticed = known.iteration;
      stopped = verdict.stop;
      if (verdict.best === known.iteration || verdict.best === 0) {
        held = known[rule.judges];
        iteration = known.iteration;
      }
    },
  };
}
