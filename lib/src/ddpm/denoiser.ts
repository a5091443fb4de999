import { defineStep, type Engine, record, tf } from "../runtime";
import { type NoisePredictor, requireLevel } from "./noisePredictor";
import { cleanFrom, noiseFrom } from "./prediction";
import { alphaBarAt, type NoiseSchedule } from "./schedule";
import { thresholdDynamically } from "./thresholding";

/** A step of a sampler: x_s = cleanWeight x_0 + noisyWeight x_t + deviation noise. */
export interface SamplerMove {
  cleanWeight: number;
  noisyWeight: number;
  /** Needs `noise` where it is not 0. Two numbers: the ends between which a network with a learned variance chooses. */
  deviation?: number | [number, number];
}

/**
 * What happens to a predicted x_0 outside [-1, 1]: nothing, a cut, or dynamic thresholding at a quantile (Saharia et al.
 * 2022, section 2.3).
 */
export type Clipping = boolean | { quantile: number };

/** What an evaluation of the network gives. All belong to the caller, in model range. */
export interface Denoised {
  /** The noise in x_t as the network has it. */
  noise: tf.Tensor4D;
  /** The x_0 that it implies, clipped where asked for. */
  clean: tf.Tensor4D;
  /** x_s, where a move was given; else x_t. */
  sample: tf.Tensor4D;
}

/** A trained noise predictor, ready to evaluate on batches of any size. */
export interface Denoiser {
  readonly schedule: NoiseSchedule;
  readonly learnsVariance: boolean;
  /**
   * Evaluates the network once, and moves along with its prediction.
   * @param xt [batch, height, width, channels] at level t, model range.
   * @param noise standard normal, for a move with a deviation.
   * @throws RangeError when t is not a level of the schedule or none that the network knows, or the images are not of the
   *   denoiser's size.
   */
  denoise(
    xt: tf.Tensor4D,
    t: number,
    options?: { move?: SamplerMove; noise?: tf.Tensor4D | undefined; clip?: Clipping },
  ): Denoised;
  /** Takes the network's weights over again, after they changed. */
  refresh(): void;
  /** Frees the recording; the network stays the caller's. */
  dispose(): void;
}

/** The logarithm of a variance of 0, near enough: its noise is 1e-44 of a unit. */
const logOfNone = -200;

/**
 * Makes a denoiser of a network: one native call evaluates it, predicts x_0 and takes the sampler's step.
 * @param size height, width and channels of the images.
 * @param options.condition for a conditioned network: what each image of a batch is told by, [batch, height, width, channels];
 *   stays the caller's.
 */
export function openDenoiser(
  network: NoisePredictor,
  schedule: NoiseSchedule,
  size: readonly [number, number, number],
  { engine = "recorded", condition }: { engine?: Engine; condition?: tf.Tensor4D } = {},
): Denoiser {
  const { prediction = "noise", learnsVariance = false } = network;
  const images = { shape: [null, ...size] };
  const told = condition ? { shape: [null, ...condition.shape.slice(1)] } : images;
  const channels = size[2];
  const weight = { shape: [] };
  const evaluate = defineStep(
    {
      xt: images,
      noise: images,
      beside: told,
      t: weight,
      signalLevel: weight,
      noiseLevel: weight,
      bound: weight,
      cleanWeight: weight,
      noisyWeight: weight,
      logSmall: weight,
      logLarge: weight,
    },
    ({ xt, noise, beside, t, signalLevel, noiseLevel, bound, cleanWeight, noisyWeight, logSmall, logLarge }) => {
      const times = tf.fill([xt.shape[0] as number], 1).mul(t) as tf.Tensor1D;
      const input = (condition ? tf.concat([xt, beside], 3) : xt) as tf.Tensor4D;
      const said = network.apply(input, times);
      const mean = learnsVariance ? tf.slice(said, [0, 0, 0, 0], [-1, -1, -1, channels]) : said;
      const at = { signal: signalLevel, noise: noiseLevel };
      const clean = cleanFrom(prediction, mean, xt as tf.Tensor4D, at)
        .minimum(bound)
        .maximum(bound.neg());
      // The network's last channels say where between the two logarithms the variance is, from -1 to 1.
      const share = learnsVariance ? said.slice([0, 0, 0, channels]).add(1).div(2) : tf.scalar(0);
      const deviation = logLarge.sub(logSmall).mul(share).add(logSmall).div(2).exp();
      const sample = clean.mul(cleanWeight).add(xt.mul(noisyWeight)).add(noise.mul(deviation));
      return { noise: noiseFrom(prediction, mean, xt as tf.Tensor4D, at), clean, sample };
    },
  );
  const recording = record({ evaluate }, { engine });
  return {
    schedule,
    learnsVariance,
    denoise(xt, t, { move = { cleanWeight: 0, noisyWeight: 1 }, noise, clip = true } = {}) {
      const { cleanWeight, noisyWeight, deviation = 0 } = move;
      const ends = typeof deviation === "number" ? [deviation, deviation] : deviation;
      if (ends.some((end) => end !== 0) && !noise) throw new Error("denoise: a move with a deviation needs noise");
      const [logSmall, logLarge] = ends.map((end) => Math.max(logOfNone, 2 * Math.log(end))) as [number, number];
      const alphaBar = alphaBarAt(schedule, t);
      requireLevel(network, t);
      const seen = recording.run("evaluate", {
        xt,
        noise: noise ?? xt,
        beside: condition ?? xt,
        t,
        signalLevel: Math.sqrt(alphaBar),
        noiseLevel: Math.sqrt(1 - alphaBar),
        bound: clip === true ? 1 : Number.MAX_VALUE,
        cleanWeight,
        noisyWeight,
        logSmall,
        logLarge,
      }) as unknown as Denoised;
      return typeof clip === "boolean" ? seen : thresholdAfterwards(seen, cleanWeight, clip.quantile);
    },
    refresh: () => recording.write(),
    dispose: () => recording.dispose(),
  };
}

/** Thresholds the prediction, and corrects the step that was made with the prediction as it was. Frees what it replaces. */
function thresholdAfterwards({ noise, clean, sample }: Denoised, cleanWeight: number, quantile: number): Denoised {
  const bounded = thresholdDynamically(clean, quantile);
  const moved = tf.tidy(() => sample.add<tf.Tensor4D>(bounded.sub(clean).mul(cleanWeight)));
  tf.dispose([clean, sample]);
  return { noise, clean: bounded, sample: moved };
}
