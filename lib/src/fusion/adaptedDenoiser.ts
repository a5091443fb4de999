import {
  cleanFrom,
  coverAnySize,
  fromModelRange,
  levelsAt,
  matchLevel,
  type NoisePredictor,
  type NoiseSchedule,
  requireLevel,
  type TrainedPredictor,
  toModelRange,
} from "../ddpm";
import { type DipObservation, type RunFitOptions, runFit } from "../dip";
import { openStream, requirePositive, tf } from "../runtime";

/** Options of an adaptation. */
export interface AdaptationOptions
  extends Pick<RunFitOptions, "iterations" | "learningRate" | "averageDecay" | "engine"> {
  /** Standard deviation of the noise in the target, image units. */
  sigma: number;
  /** Balance of the recorruption: extra noise as a share of sigma. */
  a?: number;
  /** Seed of the role `training`: the recorruptions. */
  seed?: number;
}

/**
 * A DDPM's denoiser fitted to one noisy image, from its trained weights: Deep Image Prior with a trained network where the
 * untrained one was. The loss is the recorrupted one, |D(y + w) - (y - w/a^2)|^2 with w ~ N(0, (a sigma)^2 I) fresh at each
 * iteration (recorrupted-to-recorrupted, Pang et al. 2021): over the image's noise and w its expectation is the denoiser's
 * true squared error plus a constant. But there is only one draw of the image's noise, and a long fit learns it by heart:
 * an outer split has to say when to stop (relative: deep diffusion image prior, Chung and Ye 2024).
 * @param network trained; one for each image of the target, all of the same shape. Its weights are changed.
 * @param target [images, height, width, channels].
 * @returns the fit; an observation's output is the posterior mean of the target at its own level, by the weights before
 *   the iteration's update.
 * @throws RangeError when an option is out of range, the networks are not as many as the images, or one does not know the levels.
 */
export function* adaptDenoiser(
  networks: readonly TrainedPredictor[],
  schedule: NoiseSchedule,
  target: tf.Tensor4D,
  {
    sigma,
    a = 0.5,
    iterations = 100,
    learningRate = 3e-5,
    averageDecay = 0.9,
    seed = 0,
    engine = "recorded",
  }: AdaptationOptions,
): Generator<DipObservation, void, void> {
  requirePositive({ sigma, a });
  const [images, ...sides] = target.shape;
  if (networks.length !== images) throw new RangeError(`networks: got ${networks.length} for ${images} images`);
  const recorrupted = sigma * Math.sqrt(1 + a ** 2);
  for (const network of networks) requireLevel(network, matchLevel(schedule, 4 * recorrupted ** 2));
  const random = openStream(seed, "training", "recorruption");
  const parameters = Object.fromEntries(
    networks.flatMap((network, i) =>
      Object.entries(network.parameters).map(([name, value]) => [`${i}.${name}`, value] as const),
    ),
  );
  const covered = networks.map(coverAnySize);
  const held = tf.tidy(() => tf.variable(target, false) as tf.Tensor4D);
  const shape: [number, number, number, number] = [1, ...sides];

  /** The posterior means of noisy images in image units, each by its own network. */
  function denoise(noisy: tf.Tensor4D, deviation: number): tf.Tensor4D {
    const t = matchLevel(schedule, 4 * deviation ** 2);
    const levels = levelsAt(schedule, t);
    const parts = tf.split(noisy, images) as tf.Tensor4D[];
    const means = parts.map((part, i) => {
      const network = covered[i] as NoisePredictor;
      const xt = toModelRange(part).mul<tf.Tensor4D>(levels.signal);
      return cleanFrom(network.prediction ?? "noise", network.apply(xt, tf.fill([1], t)), xt, levels);
    });
    return fromModelRange(tf.concat(means) as tf.Tensor4D);
  }

  try {
    yield* runFit(
      { parameters },
      [images, ...sides],
      (iteration) => {
        // Of opposite sign in a pair's two images, as their own extra noise is.
        const drawn = random.normal(shape, iteration).mul(a * sigma);
        const w = images === 2 ? tf.concat([drawn, drawn.neg()], 0) : drawn;
        const guess = denoise(held.add(w), recorrupted);
        const loss = guess
          .sub(held.sub(w.div(a ** 2)))
          .square()
          .mean() as tf.Scalar;
        return { loss, output: denoise(held, sigma).clipByValue(0, 1) as tf.Tensor4D };
      },
      { iterations, learningRate, averageDecay, engine },
    );
  } finally {
    held.dispose();
  }
}
