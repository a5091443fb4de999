import { averageImages, createAdam, type Network } from "../nn";
import { defineStep, type Engine, openStream, type Recording, record, tf } from "../runtime";

/** What a DIP iteration shows. The tensors belong to the fit and live until the next iteration. */
export interface DipObservation {
  /** Counted from 1. */
  iteration: number;
  /** Mean squared error to the target that was fitted, in squared image units. */
  loss: number;
  /** f_w(z + noise), before this iteration's update: [1, height, width, channels] in (0, 1). */
  output: tf.Tensor4D;
  /** Exponential average of the outputs so far. */
  averagedOutput: tf.Tensor4D;
}

/** Options of a fit; the defaults are the paper's for denoising. */
export interface FitDipOptions {
  iterations?: number;
  learningRate?: number;
  /** Standard deviation of the normal noise added to the input at each iteration. */
  inputNoise?: number;
  /** Decay of the exponential average of the outputs. */
  averageDecay?: number;
  inputChannels?: number;
  /** Seed of the role `input`: the fixed input and the noise added to it. */
  seed?: number;
  engine?: Engine;
}

/**
 * Fits a network's weights to one image, Deep Image Prior (Ulyanov et al. 2018, eq. 2):
 * min_w |f_w(z) - target|^2 with z fixed, uniform in [0, 0.1), by Adam.
 * The fit stops when the caller stops asking, or after `iterations`; it then frees all it made.
 * The network stays the caller's.
 * @param target [1, height, width, channels]; noisy values outside [0, 1] are welcome.
 * @throws RangeError when an option is out of range; Error when the target holds a value that is not finite or
 *   the loss leaves the finite numbers.
 */
export function* fitDip(
  network: Network<[tf.Tensor4D]>,
  target: tf.Tensor4D,
  {
    iterations = 3000,
    learningRate = 0.01,
    inputNoise = 1 / 30,
    averageDecay = 0.99,
    inputChannels = 32,
    seed = 0,
    engine = "recorded",
  }: FitDipOptions = {},
): Generator<DipObservation, void, void> {
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new RangeError(`iterations: got ${iterations}, want a whole number above 0`);
  }
  if (!(inputNoise >= 0)) throw new RangeError(`inputNoise: got ${inputNoise}, want a number of at least 0`);
  if (!(averageDecay >= 0 && averageDecay < 1)) {
    throw new RangeError(`averageDecay: got ${averageDecay}, want a number in [0, 1)`);
  }
  if (!target.dataSync().every(Number.isFinite)) throw new Error("target: holds a value that is not a finite number");

  const [, height, width] = target.shape;
  const random = openStream(seed, "input");
  const inputShape: [number, number, number, number] = [1, height, width, inputChannels];
  const perturbation = random.child("perturbation");
  const optimizer = createAdam(network.parameters, { learningRate });
  const average = averageImages(target.shape, averageDecay);
  const held = tf.tidy(() => ({
    input: tf.variable(random.uniform(inputShape, 0, 0.1) as tf.Tensor4D, false),
    target: tf.variable(target, false),
  }));
  const fit = defineStep({ iteration: { shape: [], dtype: "int32" } }, ({ iteration }) => {
    const noise = inputNoise > 0 ? perturbation.normal(inputShape, iteration).mul(inputNoise) : undefined;
    const input = noise ? held.input.add<tf.Tensor4D>(noise) : (held.input as tf.Tensor4D);
    const { loss, output } = optimizer.minimize(() => {
      const image = network.apply(input);
      return { loss: image.sub(held.target).square().mean() as tf.Scalar, output: image };
    }, iteration);
    return { loss, output, averagedOutput: average.update(output, iteration) };
  });
  let recording: Recording<{ fit: typeof fit }> | undefined;
  let shown: tf.Tensor[] = [];
  try {
    recording = record({ fit }, { engine });
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const result = recording.run("fit", { iteration });
      shown = Object.values(result);
      const loss = result.loss.dataSync()[0] as number;
      if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at iteration ${iteration}`);
      yield {
        iteration,
        loss,
        output: result.output as tf.Tensor4D,
        averagedOutput: result.averagedOutput as tf.Tensor4D,
      };
      tf.dispose(shown);
    }
  } finally {
    tf.dispose(shown);
    recording?.read();
    recording?.dispose();
    average.dispose();
    optimizer.dispose();
    tf.dispose(held);
  }
}
