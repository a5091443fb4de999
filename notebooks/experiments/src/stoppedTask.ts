import { type StoppingRule, stopAfter, stopAtDiscrepancy, stopAtWindowedVariance } from "ddpm-dip/dip";
import { judgeByPair, judgeBySplit, type SplitJudge, stopByRisk } from "ddpm-dip/fusion";
import { meanSquaredError } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { holdImage } from "./heldImage";
import { watchRule } from "./league/watchRule";
import type { Measurement } from "./measurement";
import type { SpecOf } from "./spec";

/** What a rule is shown: the image, or what is measured of it. */
type Shown = "image" | "measured";
type Stopping = NonNullable<SpecOf<"dip-task">["stopping"]>;

/** What is fitted of a noisy measurement, and the rules that watch the fit. */
interface StoppedTask {
  /** The measurement, or its split, one or two in the batch. */
  target: tf.Tensor4D;
  rules: Record<string, { rule: StoppingRule; of: Shown }>;
  judge?: SplitJudge;
  dispose(): void;
}

/**
 * Opens the rules that a spec names on a noisy measurement: the split of what was measured, stopped by its estimated risk,
 * or the measurement itself, watched by the rules that leave training as it is.
 * @param seed of the role `input`. @throws RangeError when the measurement has no noise that could be split.
 */
function openRules(stopping: Stopping, { target, mask, sigma }: Measurement, seed: number): StoppedTask {
  if (!(sigma > 0))
    throw new RangeError(`stopping: got "${stopping.kind}" for a task without noise, want a sigma above 0`);
  if (stopping.kind === "split") {
    const { pair, a, patience, window } = stopping;
    const judge = (pair ? judgeByPair : judgeBySplit)(target, { sigma, a, mask }, openStream(seed, "split"));
    return {
      target: judge.target,
      rules: { stopped: { rule: stopByRisk(judge, { patience, window }), of: "measured" } },
      judge,
      dispose: judge.dispose,
    };
  }
  // The residual is over all places; where nothing was measured it is 0.
  const share = mask ? tf.tidy(() => mask.mean().dataSync()[0] as number) : 1;
  return {
    target,
    rules: {
      last: { rule: stopAfter(), of: "image" },
      discrepancy: {
        rule: stopAtDiscrepancy(target.dataSync() as Float32Array, { sigma: sigma * Math.sqrt(share) }),
        of: "measured",
      },
      "es-wmv": { rule: stopAtWindowedVariance(), of: "image" },
    },
    dispose: () => undefined,
  };
}

/** Follows the rules that a spec names along a fit, and holds the image that each would return. @param seed of the role `input`. */
export function followRules(stopping: Stopping, measurement: Measurement, seed: number) {
  const { rules, judge, target, dispose } = openRules(stopping, measurement, seed);
  const { operator, clean, mask } = measurement;
  const watched = Object.entries(rules).map(([name, { rule, of }]) => {
    return { name, of, watchedRule: watchRule(rule), held: holdImage(), seconds: Number.NaN, risk: {} };
  });
  const measuredError = (image: tf.Tensor4D): number =>
    tf.tidy(() => {
      const share = mask ? (mask.mean().dataSync()[0] as number) : 1;
      return meanSquaredError(operator.measure(image), operator.measure(clean)) / share;
    });
  const pixelsOf = (image: tf.Tensor4D, of: Shown) =>
    tf.tidy(() => (of === "image" ? image : operator.measure(image)).dataSync() as Float32Array);
  return {
    target,
    get over() {
      return judge !== undefined && watched.every(({ watchedRule }) => watchedRule.stopped);
    },
    /** Shows the rules an iteration. @returns the estimated risk and the true one, where there is a judge. */
    observe(
      seen: { iteration: number; loss: number; output: tf.Tensor4D; averagedOutput: tf.Tensor4D },
      image: tf.Tensor4D,
      seconds: number,
    ): Record<string, number> {
      const measured = pixelsOf(seen.averagedOutput, "measured");
      const estimate = judge?.estimate(measured);
      for (const one of watched) {
        if (one.watchedRule.stopped) continue;
        const isImage = one.of === "image";
        one.watchedRule.observe({
          iteration: seen.iteration,
          loss: seen.loss,
          output: pixelsOf(seen.output, one.of),
          averagedOutput: isImage ? pixelsOf(seen.averagedOutput, "image") : measured,
        });
        if (one.watchedRule.iteration === seen.iteration) {
          one.held.hold(seen.iteration, one.watchedRule.rule.judges === "output" ? seen.output : image);
          if (estimate) one.risk = { ...estimate };
        }
        if (one.watchedRule.stopped) one.seconds = seconds;
      }
      return estimate ? { risk: estimate.risk, error: measuredError(image) } : {};
    },
    results: (seconds: number) =>
      watched.map(({ name, held, watchedRule, seconds: noticed, risk }) => ({
        name,
        image: held.image(),
        values: {
          [`${name}.iteration`]: held.iteration,
          [`${name}.noticed`]: watchedRule.noticed,
          [`${name}.ended`]: watchedRule.stopped ? 1 : 0,
          [`${name}.seconds`]: watchedRule.stopped ? noticed : seconds,
          [`${name}.error`]: measuredError(held.image()),
          ...Object.fromEntries(Object.entries(risk).map(([key, value]) => [`${name}.${key}`, value as number])),
        },
      })),
    dispose() {
      for (const { held } of watched) held.dispose();
      dispose();
    },
  };
}
