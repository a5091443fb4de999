import { averageSamples, type DiffusionPrior, fromModelRange, openExperts, streamOfDraw } from "../../ddpm";
import { fitDip, holdOutPixels, leastVariation, type PreparedTraining, roughGuess, shareInReach } from "../../dip";
import { openStream, tf } from "../../runtime";
import { createPriorNetwork } from "../priorNetwork";
import { restoreFromImage, startLevel } from "../warmStart";
import { settingsOf } from "./settings";
import { type CompleteOptions, inDecibels, type RestorationTask, type Restored, type RestoreProgress } from "./task";

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

/** An image that the diffusion may start from. */
interface Start {
  name: "DIP" | "least variation";
  /** [1, height, width, channels]. */
  image: tf.Tensor4D;
  /** Estimated mean squared error, by the values that were held out. */
  risk: number;
}

/** DIP's image of the least estimated error. */
interface Fit extends Start {
  iteration: number;
  /** How many were run. */
  ran: number;
  /** Whether it was shown what is known, interpolated. */
  guessed: boolean;
}

/**
 * Restores what was not measured: the image of least total variation, its error estimated by values that were held out; where it is
 * asked for, or noise leaves nothing else, DIP on the measurement, followed to the least error by the same values. From the better of
 * them a reverse diffusion, from the level that is set, or from that which covers its error; or several, whose mean is returned. Around
 * a gap that is too wide for what was held out to speak for it, always from DIP's.
 */
export function* fillIn(task: RestorationTask, options: CompleteOptions): Generator<RestoreProgress, Restored, void> {
  const { measured, measurement, mask, known: measuredAt = mask, sigma = 0, size } = task;
  const { priors, evaluations, draws = 1, kappa, seed, engine } = options;
  const [prior] = priors as [DiffusionPrior];
  const started = performance.now();
  const channels = measured.shape[3];
  const owned: { dispose(): void }[] = [];
  const own = <T extends { dispose(): void }>(made: T): T => {
    owned.push(made);
    return made;
  };
  try {
    const prepared = own(
      holdOutPixels(
        measured,
        { share: heldOut, known: measuredAt, patience: options.patience, window: 20 },
        openStream(seed, "split"),
      ),
    );
    const inReach = mask ? shareInReach(mask, guessBlur) : 1;
    const gapIterations = inReach < leastInReach ? (options.gapIterations ?? 0) : 0;
    const starts: Start[] = [];
    const known = measuredAt ? tf.tidy(() => measuredAt.mean().dataSync()[0] as number) : 1;
    const noiseLength = (share: number) => sigma * Math.sqrt(share * known * measured.size);
    // Noisy values are met within the noise's length, which takes an A^+ that keeps it.
    const isMet = sigma === 0 || measurement.orthonormal === true;
    if (isMet) {
      const plain = own(roughGuess(prepared, measurement, size, { blur: guessBlur }));
      const operator = {
        measure: (x: tf.Tensor4D) => seeOf(prepared, measurement, x),
        backProject: (y: tf.Tensor4D) => measurement.backProject(y),
      };
      const image = own(leastVariation(prepared.target, operator, plain, { radius: noiseLength(1 - heldOut) }));
      const values = tf.tidy(() => measurement.measure(image).dataSync() as Float32Array);
      const risk = prepared.error(values) - sigma ** 2;
      starts.push({ name: "least variation", image, risk });
      yield { stage: "least variation", share: 1, risk, part: { name: "least variation", image } };
    }
    const asked = isMet ? options.iterations : options.iterations || settingsOf("fill", "thorough").iterations;
    const iterations = Math.max(asked, gapIterations);
    let fit: Fit | undefined;
    if (iterations > 0) {
      const guess = options.guess && inReach >= leastInReach;
      fit = yield* fitToLeast(task, { ...options, iterations, guess }, prepared);
      own(fit.image);
      starts.push(fit);
      yield { stage: "DIP", share: 1, risk: fit.risk, part: { name: "DIP", image: fit.image } };
    }
    const least = starts.reduce((best, one) => (one.risk < best.risk ? one : best));
    const best = fit && gapIterations > 0 ? fit : least;
    // What was held out for the choice is now part of the image.
    const whole = { radius: noiseLength(1) };
    const image = best === fit ? fit.image : own(leastVariation(measured, measurement, best.image, whole));
    const { level = startLevel(prior.schedule, best.risk, kappa) } = options;
    const from = Math.min(level, prior.schedule.steps);
    const denoiser = own(openExperts(prior, [...size, channels], { engine }));
    const random = openStream(seed, "sampler");
    const descend = (draw: number) =>
      restoreFromImage(denoiser, task, image, streamOfDraw(random, draw), { from, evaluations });
    let mean: tf.Tensor4D | undefined;
    own({ dispose: () => mean?.dispose() });
    let spent = 0;
    for (const { sample, t, evaluations: done } of averageSamples(descend, draws)) {
      spent = done;
      if (t === 0) {
        mean?.dispose();
        mean = fromModelRange(sample);
      }
      yield { stage: "diffusion", share: done / (draws * Math.min(evaluations, from)), risk: best.risk };
    }
    if (!mean) throw new Error("the diffusion did not come to its end");
    const restored = mean.clipByValue(0, 1) as tf.Tensor4D;
    return {
      image: restored,
      risk: best.risk,
      iteration: fit?.iteration ?? 0,
      iterations: fit?.ran ?? 0,
      evaluations: spent,
      seconds: (performance.now() - started) / 1000,
      parts: starts.map(({ name, risk }) => ({ name, risk, weight: name === best.name ? 1 : 0 })),
      reasons: tellChoice(options, { starts, best, fit, from, spent, draws, inReach, steps: prior.schedule.steps }),
    };
  } finally {
    for (const made of owned.reverse()) made.dispose();
  }
}

/** A x, zeros for what is held out. */
const seeOf = ({ measure }: PreparedTraining, { measure: whole }: RestorationTask["measurement"], x: tf.Tensor4D) =>
  (measure?.(whole(x)) ?? whole(x)) as tf.Tensor4D;

/** DIP's image of the least estimated error, with how many iterations it took; the image is the caller's. */
function* fitToLeast(
  { measured, measurement, sigma = 0, size }: RestorationTask,
  { network, iterations, learningRate, guess, seed, engine }: CompleteOptions,
  prepared: PreparedTraining,
): Generator<RestoreProgress, Fit, void> {
  const dip = createPriorNetwork(network, measured.shape[3], seed);
  let rough: tf.Tensor4D | undefined;
  let best: (Start & { iteration: number }) | undefined;
  let ran = 0;
  try {
    rough = guess ? roughGuess(prepared, measurement, size, { blur: guessBlur }) : undefined;
    const fit = fitDip(dip, prepared.target, {
      iterations,
      learningRate,
      averageDecay,
      seed,
      engine,
      imageSize: size,
      ...(rough && { guess: rough }),
      measure: (image) => seeOf(prepared, measurement, image),
    });
    for (const { iteration, loss, averagedOutput } of fit) {
      ran = iteration;
      const values = tf.tidy(() => measurement.measure(averagedOutput).dataSync() as Float32Array);
      const verdict = prepared.rule.observe({ iteration, loss, output: values, averagedOutput: values });
      if (verdict.best === iteration || verdict.best === 0 || !best) {
        best?.image.dispose();
        best = { name: "DIP", image: averagedOutput.clone(), risk: verdict.criterion - sigma ** 2, iteration };
      }
      yield { stage: "DIP", share: iteration / iterations, risk: best.risk };
      if (verdict.stop) break;
    }
    if (!best) throw new Error("DIP made no image");
    const found = { ...best, ran, guessed: rough !== undefined };
    best = undefined;
    return found;
  } finally {
    best?.image.dispose();
    rough?.dispose();
    dip.dispose();
  }
}

/** What was found of an image that is filled in. */
interface Findings extends Record<"from" | "spent" | "draws" | "inReach" | "steps", number> {
  starts: readonly Start[];
  best: Start;
  fit: Fit | undefined;
}

/** What was chosen, and why. */
function tellChoice({ guess, kappa, level, gapIterations }: CompleteOptions, found: Findings): string[] {
  const { starts, best, fit, from, spent, draws, inReach, steps } = found;
  const nameOf = ({ name }: Start) => (name === "DIP" ? "DIP's image" : "the image of least total variation");
  const share = `${(100 * heldOut).toFixed(0)} %`;
  const other = starts.find((one) => one !== best);
  const beside = other ? `, ${nameOf(other)} at ${inDecibels(other.risk)}` : "";
  const covers = `the first level whose noise covers that error${kappa === 1 ? "" : ` ${kappa} times`}`;
  const reasons = [
    `The diffusion starts from ${nameOf(best)}: by the ${share} of what was measured that were held out it is estimated at ${inDecibels(best.risk)}${beside}.`,
    `It starts at t = ${from}, ${level === undefined ? covers : "as it is set"} (${steps} would be pure noise), and takes ${spent} evaluations${draws > 1 ? ` in ${draws} draws, whose mean is the image` : ""}.`,
  ];
  if (fit)
    reasons.push(`DIP's image is that of iteration ${fit.iteration} of ${fit.ran}, the nearest to what was held out.`);
  if (fit && starts.length === 1) {
    reasons.push(
      "The image of least total variation is left out: the noise of what was measured would be coloured by it.",
    );
  }
  if (fit?.guessed) {
    reasons.push("DIP was shown what is known, spread over the rest, in its input, for it had few iterations.");
  }
  if (inReach < leastInReach) {
    reasons.push(
      `${(100 * (1 - inReach)).toFixed(0)} % of what is missing lies far from all that is known: what was held out does not speak for that, and the estimated error is that of the rest${gapIterations ? "; there DIP's image is the start whatever it is estimated at" : ""}${fit && guess ? "; DIP was fitted from noise, for what is known says nothing there" : ""}.`,
    );
  }
  return reasons;
}
