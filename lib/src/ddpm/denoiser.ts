import type { Network } from "../nn";
import { defineStep, type Engine, record, tf } from "../runtime";
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
  /** epsTheta(x_t, t). */
  noise: tf.Tensor4D;
  /** The x_0 that it implies, cut to [-1, 1] where asked for. */
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
   * @throws RangeError when t is not a level of the schedule or the images are not of the denoiser's size.
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
 */
export function openDenoiser(
  network: Pick<Network<[tf.Tensor4D, tf.Tensor1D]>, "apply">,
  schedule: NoiseSchedule,
  size: readonly [number, number, number],
  { engine = "recorded" }: { engine?: Engine } = {},
): Denoiser {
  const images = { shape: [null, ...size] };
  const weight = { shape: [] };
  const evaluate = defineStep(
    {
      xt: images,
      noise: images,
      t: weight,
      signalLevel: weight,
      noiseLevel: weight,
      bound: weight,
      cleanWeight: weight,
      noisyWeight: weight,
      deviation: weight,
    },
    ({ xt, noise, t, signalLevel, noiseLevel, bound, cleanWeight, noisyWeight, deviation }) => {
      const times = tf.fill([xt.shape[0] as number], 1).mul(t) as tf.Tensor1D;
      const predicted = network.apply(xt as tf.Tensor4D, times);
      const clean = xt.sub(predicted.mul(noiseLevel)).div(signalLevel).minimum(bound).maximum(bound.neg());
      const sample = clean.mul(cleanWeight).add(xt.mul(noisyWeight)).add(noise.mul(deviation));
      return { noise: predicted, clean, sample };
    },
  );
  const recording = record({ evaluate }, { engine });
  return {
    schedule,
    denoise(xt, t, { move = { cleanWeight: 0, noisyWeight: 1 }, noise, clip = true } = {}) {
      const { cleanWeight, noisyWeight, deviation = 0 } = move;
      if (deviation !== 0 && !noise) throw new Error("denoise: a move with a deviation needs noise");
      const alphaBar = alphaBarAt(schedule, t);
      return recording.run("evaluate", {
        xt,
        noise: noise ?? xt,
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
