import { fromModelRange, openExperts } from "../../ddpm";
import { fitDip, holdOutPixels, roughGuess, shareInReach } from "../../dip";
import { openStream, tf } from "../../runtime";
import { errorAtLevel, fuseDenoiser, leastErrorWeight } from "../fusedDenoiser";
import { restoreFromImage, startLevel } from "../warmStart";
import {
  type CompleteOptions,
  inDecibels,
  type RestorationPrior,
  type RestorationTask,
  type Restored,
  type RestoreProgress,
} from "./task";

/** Share of what was measured that DIP does not see. */
const heldOut = 0.05;

/** Blur of what DIP is shown, pixels (notebook 05). */
const guessBlur = 1;

/** Share of what is missing that must be near what is known for DIP to be shown it. */
const leastInReach = 0.9;

/**
 * Decay of the average of DIP's outputs. What is missing makes the outputs scatter less than noise does, so that a short average
 * suffices, and it lags less behind them: on the tune photos a fit of 100 iterations is up to nine decibels ahead of one that is
 * averaged with 0.99 (notebook 05).
 */
const averageDecay = 0.9;

/**
 * Restores what was not measured: DIP on the measurement, its error estimated by the values held out and followed to its
 * least; from there a few evaluations of the diffusion, DIP weighed in by the two errors.
 */
export function* fillIn(task: RestorationTask, options: CompleteOptions): Generator<RestoreProgress, Restored, void> {
  const { measured, measurement, mask, sigma = 0, size } = task;
  const { priors, createNetwork, iterations, learningRate, patience, guess, evaluations, kappa, seed, engine } =
    options;
  const [prior] = priors as [RestorationPrior];
  const started = performance.now();
  const channels = measured.shape[3];
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(made: T): T => {
    owned.push(made);
    return made;
  };
  let best: { image: tf.Tensor4D; risk: number; iteration: number } | undefined;
  let ran = 0;
  try {
    const prepared = own(
      holdOutPixels(measured, { share: heldOut, known: mask, patience, window: 20 }, openStream(seed, "split")),
    );
    const dip = own(createNetwork(channels, seed));
    const inReach = mask ? shareInReach(mask, guessBlur) : 1;
    const isGuessed = guess && inReach >= leastInReach;
    const rough = isGuessed ? own(roughGuess(prepared, measurement, size, { blur: guessBlur })) : undefined;
    const denoiser = own(openExperts(prior, [...size, channels], { engine }));
    const fit = fitDip(dip, prepared.target, {
      iterations,
      learningRate,
      averageDecay,
      seed,
      engine,
      imageSize: size,
      ...(rough && { guess: { image: rough, place: "input" } }),
      measure: (image) => prepared.measure?.(measurement.measure(image)) as tf.Tensor4D,
    });
    for (const { iteration, loss, averagedOutput } of fit) {
      ran = iteration;
      const seen = tf.tidy(() => measurement.measure(averagedOutput).dataSync() as Float32Array);
      const verdict = prepared.rule.observe({ iteration, loss, output: seen, averagedOutput: seen });
      const risk = verdict.criterion - sigma ** 2;
      if (verdict.best === iteration || verdict.best === 0 || !best) {
        best?.image.dispose();
        best = { image: averagedOutput.clone(), risk, iteration };
      }
      yield { stage: "DIP", share: iteration / iterations, risk: best.risk };
      if (verdict.stop) break;
    }
    if (!best) throw new Error("DIP made no image");
    const { image, risk, iteration } = best;
    yield { stage: "DIP", share: 1, risk, part: { name: "DIP", image } };
    const from = startLevel(prior.schedule, risk, kappa);
    const weightAt = (t: number) =>
      leastErrorWeight({ dip: Math.max(risk, 1e-6), ddpm: errorAtLevel(prior.levelErrors, t) });
    const fused = fuseDenoiser(denoiser, (t) => ({ image, weight: weightAt(t) }));
    const descent = restoreFromImage(fused, task, image, openStream(seed, "sampler"), { from, evaluations });
    let restored: tf.Tensor4D | undefined;
    let spent = 0;
    for (const { sample, t, evaluations: done } of descent) {
      spent = done;
      if (t === 0) restored = tf.tidy(() => fromModelRange(sample).clipByValue(0, 1) as tf.Tensor4D);
      yield { stage: "diffusion", share: done / Math.min(evaluations, from), risk };
    }
    if (!restored) throw new Error("the diffusion did not come to its end");
    const reasons = [
      `DIP's image is that of iteration ${iteration} of ${ran}: of what was measured, the ${(100 * heldOut).toFixed(0)} % that it did not see are nearest there (estimated ${inDecibels(risk)}).`,
      `The diffusion starts at t = ${from}, the first level whose noise covers that error ${kappa === 1 ? "" : `${kappa} times `}(${prior.schedule.steps} would be pure noise), and takes ${spent} evaluations.`,
      `DIP has a weight of ${weightAt(from).toFixed(2)} in the noise estimate there and ${weightAt(1).toFixed(2)} at the end, by the two errors.`,
    ];
    if (rough)
      reasons.push("DIP was shown what is known, spread over the rest, in its input, for it had few iterations.");
    if (inReach < leastInReach) {
      reasons.push(
        `${(100 * (1 - inReach)).toFixed(0)} % of what is missing lies far from all that is known: what was held out does not speak for that, and the estimated error is that of the rest${guess ? "; DIP was fitted from noise, for what is known says nothing there" : ""}.`,
      );
    }
    const seconds = (performance.now() - started) / 1000;
    return {
      image: restored,
      risk,
      iteration,
      iterations: ran,
      evaluations: spent,
      seconds,
      parts: [{ name: "DIP", risk, weight: weightAt(from) }],
      reasons,
    };
  } finally {
    best?.image.dispose();
    for (const made of owned.reverse()) made.dispose();
  }
}
