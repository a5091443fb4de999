import { denoiseOnce, expertAt, matchLevel, openExperts, type TrainedPredictor } from "../../ddpm";
import { fitDip, pairNetworks, stopAfterPatience } from "../../dip";
import { openStream, tf } from "../../runtime";
import { adaptDenoiser } from "../adaptedDenoiser";
import { judgeByPair, type SplitJudge } from "../splitJudge";
import { blend, weighByHeldOut } from "../weighing";
import { inDecibels, type RestorationTask, type Restored, type RestoreOptions, type RestoreProgress } from "./task";

/** Balance of the antithetic pair and of the adaptation's recorruption (notebook 06). */
const balance = 0.5;

/** What was best of a fit by the judge, of the target's shape. */
interface Judged {
  made: Float32Array;
  risk: number;
  iteration: number;
  ran: number;
}

/**
 * Denoises: twins of DIP on an antithetic pair, stopped by their estimated risk; the DDPM's guess of the same targets, and
 * the DDPM adapted to them, stopped by the same; the mean of the three that comes nearest to what was held out.
 */
export function* denoiseWhole(
  { measured, sigma = 0 }: RestorationTask,
  options: Required<RestoreOptions>,
): Generator<RestoreProgress, Restored, void> {
  if (!(sigma > 0)) throw new RangeError(`sigma: got ${sigma} for denoising, want a number above 0`);
  const { prior, createNetwork, iterations, learningRate, patience, adaptations, seed, engine } = options;
  const started = performance.now();
  const [, height, width, channels] = measured.shape;
  const deviation = sigma * Math.sqrt(1 + balance ** 2);
  const expertOf = (noise: number) => expertAt(prior, matchLevel(prior.schedule, 4 * noise ** 2));
  const expert = expertOf(deviation);
  // The adaptation adds noise to the target.
  const adaptable = expertOf(deviation * Math.sqrt(1 + balance ** 2));
  const judge = judgeByPair(measured, { sigma, a: balance }, openStream(seed, "split"));
  const twins = pairNetworks(createNetwork(channels, seed), createNetwork(channels, seed));
  const networks: TrainedPredictor[] = [];
  const open = () => {
    const network = adaptable.open();
    networks.push(network);
    return network;
  };
  try {
    const fit = fitDip(twins, judge.target, { iterations, learningRate, seed, engine });
    const dip = yield* followRisk(fit, judge, { stage: "DIP", patience, window: 50, total: iterations });
    const dipImage = tf.tidy(() => tf.tensor4d(judge.imageOf(dip.made), measured.shape));
    try {
      yield { stage: "DIP", share: 1, risk: dip.risk, image: dipImage };
    } finally {
      dipImage.dispose();
    }
    const denoiser = openExperts(prior, [height, width, channels], { engine });
    let guess: Float32Array;
    try {
      const made = denoiseOnce(denoiser, judge.target, deviation);
      guess = made.dataSync() as Float32Array;
      made.dispose();
    } finally {
      denoiser.dispose();
    }
    const candidates = [dip.made, guess];
    const names = ["DIP", `the ${expert.name}`];
    let evaluations = 1;
    const reasons = [
      `DIP's image is that of iteration ${dip.iteration} of ${dip.ran}, where the estimated error is least (${inDecibels(dip.risk)}).`,
    ];
    if (adaptations > 0) {
      const adaptation = adaptDenoiser([open(), open()], prior.schedule, judge.target, {
        sigma: deviation,
        a: balance,
        iterations: adaptations,
        ...(adaptable.adaptationRate !== undefined && { learningRate: adaptable.adaptationRate }),
        seed,
        engine,
      });
      const adapted = yield* followRisk(adaptation, judge, {
        stage: "adaptation",
        patience: 20,
        window: 5,
        total: adaptations,
      });
      candidates.push(adapted.made);
      names.push(`the adapted ${adaptable.name}`);
      evaluations += adapted.ran;
      reasons.push(
        `The ${adaptable.name} was adapted to the image for ${adapted.iteration} of ${adapted.ran} iterations: ${inDecibels(judge.estimate(guess).risk)} before, ${inDecibels(adapted.risk)} after.`,
      );
    }
    const weights = weighByHeldOut(candidates, judge);
    const mixed = blend(candidates, weights);
    const { risk } = judge.estimate(mixed);
    reasons.push(
      `Weighed by what was held out: ${names.map((name, i) => `${name} ${(weights[i] as number).toFixed(2)}`).join(", ")} (estimated ${inDecibels(risk)}).`,
    );
    const image = tf.tidy(() => tf.tensor4d(judge.imageOf(mixed), measured.shape).clipByValue(0, 1) as tf.Tensor4D);
    const seconds = (performance.now() - started) / 1000;
    return { image, risk, iteration: dip.iteration, iterations: dip.ran, evaluations, seconds, reasons };
  } finally {
    twins.dispose();
    judge.dispose();
    for (const network of networks) network.dispose();
  }
}

/** Follows a fit's averaged output to the least estimated risk. */
function* followRisk(
  fit: Iterable<{ iteration: number; averagedOutput: tf.Tensor4D }>,
  judge: SplitJudge,
  { stage, total, ...patience }: { stage: RestoreProgress["stage"]; total: number; patience: number; window: number },
): Generator<RestoreProgress, Judged, void> {
  const search = stopAfterPatience(patience);
  const best: Judged = { made: new Float32Array(), risk: Number.NaN, iteration: 0, ran: 0 };
  for (const { iteration, averagedOutput } of fit) {
    const pixels = averagedOutput.dataSync() as Float32Array;
    const { risk } = judge.estimate(pixels);
    const stop = search.observe(iteration, risk);
    best.ran = iteration;
    if (search.best === iteration || search.best === 0) Object.assign(best, { made: pixels, risk, iteration });
    yield { stage, share: iteration / total, risk: best.risk };
    if (stop) break;
  }
  return best;
}
