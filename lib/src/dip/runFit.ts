import { averageImages, createAdam, type LearningRate, rateAt } from "../nn";
import {
  defineStep,
  type Engine,
  openStream,
  type RandomStream,
  type Recording,
  record,
  requireCounts,
  requireWithin,
  tf,
} from "../runtime";
import type { DipNetwork } from "./network";

/** What a DIP iteration shows. The tensors belong to the fit and live until the next iteration. */
export interface DipObservation {
  /** Counted from 1. */
  iteration: number;
  /** What is minimised, from before this iteration's update; in squared image units. */
  loss: number;
  /** f_w of this iteration's input: [1, height, width, channels] in (0, 1). */
  output: tf.Tensor4D;
  /** Exponential average of the outputs so far. */
  averagedOutput: tf.Tensor4D;
}

/** Options that every kind of fit has. */
export interface RunFitOptions {
  iterations?: number;
  learningRate?: LearningRate;
  /** Decay of the exponential average of the outputs. */
  averageDecay?: number;
  engine?: Engine;
  /** What the loss is told anew at each iteration. */
  controls?: FitControls;
  /**
   * Langevin dynamics: standard deviation, in learning rates, of the normal noise added to the convolutions' kernels after
   * each step (DIP-SGLD, Cheng et al. 2019).
   */
  weightNoise?: { scale: number; seed: number };
  /** What is done in the same recorded step after the update, such as the training of a discriminator of the outputs. */
  alongside?: (output: tf.Tensor4D, controls: Record<string, tf.Tensor>, iteration: tf.Tensor) => void;
}

/** What a loss is told anew at each iteration, such as the noise level of a stage or an image that guides. */
export interface FitControls {
  /** Shape of each control; [] for a number. */
  shapes: Record<string, number[]>;
  /** Read before each iteration; tensors stay the owner's. */
  read(iteration: number): Record<string, tf.Tensor | number>;
}

/**
 * The loop of a fit: Adam on a loss, the average of the outputs, one observation an iteration. It frees what it made when
 * it ends, is broken off, or fails.
 * @param evaluate the loss and the image at an iteration; may stand in a recorded step.
 * @param imageShape of the image that `evaluate` returns.
 * @throws RangeError naming the option that is out of range; Error when the loss leaves the finite numbers.
 */
export function* runFit(
  network: Pick<DipNetwork, "parameters">,
  imageShape: [number, number, number, number],
  evaluate: (iteration: tf.Tensor, controls: Record<string, tf.Tensor>) => { loss: tf.Scalar; output: tf.Tensor4D },
  {
    iterations = 3000,
    learningRate = 0.01,
    averageDecay = 0.99,
    engine = "recorded",
    controls,
    weightNoise,
    alongside,
  }: RunFitOptions,
): Generator<DipObservation, void, void> {
  requireCounts({ iterations });
  requireWithin({ averageDecay }, "[0, 1)");
  const optimizer = createAdam(network.parameters, { learningRate });
  const average = averageImages(imageShape, averageDecay);
  const told = Object.fromEntries(Object.entries(controls?.shapes ?? {}).map(([name, shape]) => [name, { shape }]));
  const shake = weightNoise && openWeightNoise(network, weightNoise, learningRate);
  const fit = defineStep({ ...told, iteration: { shape: [], dtype: "int32" } }, ({ iteration, ...others }) => {
    const { loss, output } = optimizer.minimize(() => evaluate(iteration as tf.Tensor, others), iteration as tf.Tensor);
    shake?.(iteration as tf.Tensor);
    alongside?.(output, others, iteration as tf.Tensor);
    return { loss, output, averagedOutput: average.update(output, iteration as tf.Tensor) };
  });
  let recording: Recording<{ fit: typeof fit }> | undefined;
  let shown: tf.Tensor[] = [];
  try {
    recording = record({ fit }, { engine });
    for (let iteration = 1; iteration <= iterations; iteration++) {
      const result = recording.run("fit", { ...controls?.read(iteration), iteration });
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
  }
}

/** Normal noise for the kernels, as the authors of DIP-SGLD add it; may stand in a recorded step. */
function openWeightNoise(
  network: Pick<DipNetwork, "parameters">,
  { scale, seed }: { scale: number; seed: number },
  learningRate: LearningRate,
): (iteration: tf.Tensor) => void {
  const random = openStream(seed, "training", "weight noise");
  const kernels = Object.entries(network.parameters)
    .filter(([, { rank }]) => rank === 4)
    .map(([name, kernel]): [tf.Variable, RandomStream] => [kernel, random.child(name)]);
  return (iteration) =>
    tf.tidy(() => {
      const size = rateAt(learningRate, iteration.cast("float32") as tf.Scalar).mul(scale);
      for (const [kernel, draws] of kernels) {
        kernel.assign(kernel.add(draws.normal(kernel.shape, iteration).mul(size)));
      }
    });
}
