import { defineStep, type Engine, record, tf } from "../runtime";
import { type NoisePredictor, requireLevel } from "./noisePredictor";
import { cleanFrom, noiseFrom } from "./prediction";
import { alphaBarAt, type NoiseSchedule } from "./schedule";

/** A step of a sampler: x_s = cleanWeight x_0 + noisyWeight x_t + deviation noise. */
export interface SamplerMove {
  cleanWeight: number;
  noisyWeight: number;
  /** Needs `noise` where it is not 0. */
  deviation?: number;
}

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
  /**
   * Evaluates the network once, and moves along with its prediction.
   * @param xt [batch, height, width, channels] at level t, model range.
   * @param noise standard normal, for a move with a deviation.
   * @param clip whether a predicted x_0 is cut to [-1, 1]; it is unless told otherwise.
   * @throws RangeError when t is not a level of the schedule or none that the network knows, or the images are not of the
   *   denoiser's size.
   */
  denoise(
    xt: tf.Tensor4D,
    t: number,
    options?: { move?: SamplerMove; noise?: tf.Tensor4D | undefined; clip?: boolean },
  ): Denoised;
  /** Takes the network's weights over again, after they changed. */
  refresh(): void;
  /** Frees the recording; the network stays the caller's. */
  dispose(): void;
}

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
  const { prediction = "noise" } = network;
  const images = { shape: [null, ...size] };
  const told = condition ? { shape: [null, ...condition.shape.slice(1)] } : images;
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
      deviation: weight,
    },
    ({ xt, noise, beside, t, signalLevel, noiseLevel, bound, cleanWeight, noisyWeight, deviation }) => {
      const times = tf.fill([xt.shape[0] as number], 1).mul(t) as tf.Tensor1D;
      const input = (condition ? tf.concat([xt, beside], 3) : xt) as tf.Tensor4D;
      const said = network.apply(input, times);
      const at = { signal: signalLevel, noise: noiseLevel };
      const clean = cleanFrom(prediction, said, xt as tf.Tensor4D, at)
        .minimum(bound)
        .maximum(bound.neg());
      const sample = clean.mul(cleanWeight).add(xt.mul(noisyWeight)).add(noise.mul(deviation));
      return { noise: noiseFrom(prediction, said, xt as tf.Tensor4D, at), clean, sample };
    },
  );
  const recording = record({ evaluate }, { engine });
  return {
    schedule,
    denoise(xt, t, { move = { cleanWeight: 0, noisyWeight: 1 }, noise, clip = true } = {}) {
      const { cleanWeight, noisyWeight, deviation = 0 } = move;
      if (deviation !== 0 && !noise) throw new Error("denoise: a move with a deviation needs noise");
      const alphaBar = alphaBarAt(schedule, t);
      requireLevel(network, t);
      return recording.run("evaluate", {
        xt,
        noise: noise ?? xt,
        beside: condition ?? xt,
        t,
        signalLevel: Math.sqrt(alphaBar),
        noiseLevel: Math.sqrt(1 - alphaBar),
        bound: clip ? 1 : Number.MAX_VALUE,
        cleanWeight,
        noisyWeight,
        deviation,
      }) as unknown as Denoised;
    },
    refresh: () => recording.write(),
    dispose: () => recording.dispose(),
  };
}
