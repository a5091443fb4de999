import {
  type DiffusionPrior,
  type Expert,
  expertAt,
  matchLevel,
  type NoiseSchedule,
  selfEnsembleSize,
} from "../../ddpm";
import { fitDip, pairNetworks, stopAfterPatience } from "../../dip";
import { openStream, requirePositive, tf } from "../../runtime";
import { openAdaptation, usualRecorruption } from "../adaptedDenoiser";
import { createPriorNetwork } from "../priorNetwork";
import { estimateByPair, type SplitEstimator } from "../splitEstimator";
import { blend, weighByRisk } from "../weighing";
import { type CompleteOptions, inDecibels, type RestorationTask, type Restored, type RestoreProgress } from "./task";

/** Extra noise of the antithetic pair, as a share of sigma: so little that nearly all of the image is fitted. */
const usualExtraNoise = 0.1;

/** An image made of an estimator's target, what it is called, and its estimated risk. */
interface Candidate {
  name: string;
  made: Float32Array;
  risk: number;
}

/**
 * Denoises: each prior's network at the noise's level is adapted to the image, and DIP fitted where iterations are asked for,
 * each on an antithetic pair; the mean of them whose risk is estimated least.
 */
export function* denoiseWhole(
  { measured, sigma = 0 }: RestorationTask,
  options: CompleteOptions,
): Generator<RestoreProgress, Restored, void> {
  if (!(sigma > 0)) throw new RangeError(`sigma: got ${sigma} for denoising, want a number above 0`);
  const started = performance.now();
  const { priors, iterations, adaptedPriors = priors.length, seed } = options;
  const stepsOf = (place: number) => (place < adaptedPriors ? options.adaptations : 0);
  const {
    extraNoise: a = usualExtraNoise,
    recorruption = usualRecorruption,
    selfEnsemble = true,
  } = options.adaptation ?? {};
  requirePositive({ extraNoise: a });
  const deviation = sigma * Math.sqrt(1 + a ** 2);
  // The adaptation adds noise to the target.
  const strongest = deviation * Math.sqrt(1 + recorruption ** 2);
  const experts = priors.map((prior) => expertAt(prior, matchLevel(prior.schedule, 4 * strongest ** 2)));
  const estimator = estimateByPair(measured, { sigma, a }, openStream(seed, "split"));
  const candidates: Candidate[] = [];
  const reasons: string[] = [];
  let dip: FittedDip | undefined;
  function* show({ name, made, risk }: Candidate): Generator<RestoreProgress, void, void> {
    const image = tf.tidy(() => tf.tensor4d(estimator.imageOf(made), measured.shape));
    try {
      yield { stage: name, share: 1, risk, part: { name, image } };
    } finally {
      image.dispose();
    }
  }
  try {
    if (iterations > 0) {
      dip = yield* fitPair(estimator, options);
      candidates.push(dip);
      yield* show(dip);
      reasons.push(
        `DIP's image is that of iteration ${dip.iteration} of ${dip.ran}, where the estimated error is least (${inDecibels(dip.risk)}).`,
      );
    }
    for (const [i, expert] of experts.entries()) {
      const { schedule } = priors[i] as DiffusionPrior;
      const adaptations = stepsOf(i);
      const { chosen, reason } = yield* applyExpert(expert, schedule, estimator, deviation, {
        ...options,
        adaptations,
      });
      candidates.push(chosen);
      yield* show(chosen);
      reasons.push(reason);
    }
    const images = candidates.map(({ made }) => made);
    const weights = weighByRisk(images, estimator, options.charge);
    const mixed = blend(images, weights);
    const { risk } = estimator.estimate(mixed);
    if (candidates.length > 1) {
      const shares = candidates.map(({ name }, i) => `${name} ${(weights[i] as number).toFixed(2)}`);
      reasons.push(`Weighed by their estimated errors: ${shares.join(", ")} (estimated ${inDecibels(risk)}).`);
    }
    const image = tf.tidy(() => tf.tensor4d(estimator.imageOf(mixed), measured.shape).clipByValue(0, 1) as tf.Tensor4D);
    const { iteration = 0, ran = 0 } = dip ?? {};
    return {
      image,
      risk,
      iteration,
      iterations: ran,
      evaluations: experts.reduce((sum, _, i) => {
        const readings = stepsOf(i) > 0 ? 2 : 1;
        return sum + stepsOf(i) + readings * (selfEnsemble ? selfEnsembleSize : 1);
      }, 0),
      seconds: (performance.now() - started) / 1000,
      parts: candidates.map(({ name, risk }, i) => ({ name, risk, weight: weights[i] as number })),
      reasons,
    };
  } finally {
    estimator.dispose();
  }
}

/**
 * The image that a network makes of the estimator's target, and how it came about: over the image's flips and rotations where they
 * are asked for; where iterations are, by the adapted network, unless the trained one's image, made alike, has less estimated risk.
 */
function* applyExpert(
  expert: Expert,
  schedule: NoiseSchedule,
  estimator: SplitEstimator,
  sigma: number,
  { adaptations, adaptation: chosen = {}, seed, engine }: CompleteOptions,
): Generator<RestoreProgress, { chosen: Candidate; reason: string }, void> {
  const { recorruption, loss, fitted, learningRate, averageDecay, selfEnsemble = true } = chosen;
  const adaptation = openAdaptation(expert.open, schedule, estimator.target, {
    ...{ recorruption, loss, fitted, learningRate, averageDecay },
    ...{ sigma, iterations: Math.max(1, adaptations), seed, engine },
  });
  const candidate = (name: string, image: tf.Tensor4D): Candidate => {
    const made = image.dataSync() as Float32Array;
    image.dispose();
    return { name, made, risk: estimator.estimate(made).risk };
  };
  const { name } = expert;
  try {
    const read = () => (selfEnsemble ? adaptation.readEnsemble() : adaptation.read());
    const before = candidate(name, read());
    const where = selfEnsemble ? "to the image's eight flips and rotations" : "once";
    const applied = `The ${name} was applied ${where} (estimated ${inDecibels(before.risk)})`;
    if (adaptations === 0) return { chosen: before, reason: `${applied}.` };
    for (const { iteration } of adaptation.fit()) {
      yield { stage: `adapting the ${name}`, share: iteration / adaptations };
    }
    const after = candidate(`adapted ${name}`, read());
    const change = `adapted to the image for ${adaptations} iterations (estimated ${inDecibels(after.risk)})`;
    const isBetter = after.risk < before.risk;
    const taken = isBetter ? "" : "; as trained it is the better one, and is taken";
    return { chosen: isBetter ? after : before, reason: `${applied}, then ${change}${taken}.` };
  } finally {
    adaptation.dispose();
  }
}

interface FittedDip extends Candidate {
  iteration: number;
  ran: number;
}

/** DIP on an antithetic pair, followed to its least estimated risk. */
function* fitPair(
  estimator: SplitEstimator,
  { network, iterations, learningRate, patience, seed, engine }: CompleteOptions,
): Generator<RestoreProgress, FittedDip, void> {
  const channels = estimator.target.shape[3];
  const create = () => createPriorNetwork(network, channels, seed);
  const pair = pairNetworks(create(), create());
  const search = stopAfterPatience({ patience, window: 50 });
  const best: FittedDip = { name: "DIP", made: new Float32Array(), risk: Number.NaN, iteration: 0, ran: 0 };
  try {
    const fit = fitDip(pair, estimator.target, { iterations, learningRate, seed, engine });
    for (const { iteration, averagedOutput } of fit) {
      const made = averagedOutput.dataSync() as Float32Array;
      const { risk } = estimator.estimate(made);
      const stop = search.observe(iteration, risk);
      best.ran = iteration;
      if (search.best === iteration || search.best === 0) Object.assign(best, { made, risk, iteration });
      yield { stage: "DIP", share: iteration / iterations, risk: best.risk };
      if (stop) break;
    }
    return best;
  } finally {
    pair.dispose();
  }
}
