import { averageWeights, createAdam, type Network, type Parameters } from "../nn";
import { defineStep, type Engine, openStream, type Recording, record, tf } from "../runtime";
import { addNoise, toModelRange } from "./forwardProcess";
import type { NoiseSchedule } from "./schedule";

/** What a training step shows. */
export interface TrainingObservation {
  /** Counted from 1. */
  step: number;
  /** Mean squared error of the predicted noise on this step's batch. */
  loss: number;
  /** Brings the averaged weights up to date and shows them; they belong to the training and are freed with it. */
  readAverage(): Parameters;
}

/** Options of a training run. */
export interface TrainDdpmOptions {
  steps?: number;
  learningRate?: number;
  /** Decay of the average of the weights. */
  averageDecay?: number;
  /** Seed of the role `training`: the times and the noise. */
  seed?: number;
  engine?: Engine;
}

/**
 * Trains a noise predictor by the simple loss E |eps - epsTheta(x_t, t)|^2, t uniform in 1..T
 * (Ho et al. 2020, eq. 14 and algorithm 1), by Adam, with an exponential average of the weights.
 * The network has the trained weights after `readAverage` and at the end.
 * @param nextBatch images [batch, height, width, channels] in [0, 1] for a step, all of one shape; the training frees
 *   them.
 * @throws Error when the loss leaves the finite numbers.
 */
export function* trainDdpm(
  network: Network<[tf.Tensor4D, tf.Tensor1D]>,
  schedule: NoiseSchedule,
  nextBatch: (step: number) => tf.Tensor4D,
  { steps = 1000, learningRate = 2e-4, averageDecay = 0.995, seed = 0, engine = "recorded" }: TrainDdpmOptions = {},
): Generator<TrainingObservation, void, void> {
  const random = openStream(seed, "training");
  const timeDraw = random.child("time");
  const optimizer = createAdam(network.parameters, { learningRate });
  const average = averageWeights(network.parameters, averageDecay);
  const defineTraining = (shape: [number, number, number, number]) =>
    defineStep({ images: { shape }, iteration: { shape: [], dtype: "int32" } }, ({ images, iteration }) => {
      const clean = toModelRange(images as tf.Tensor4D);
      const noise = random.normal(shape, iteration) as tf.Tensor4D;
      const drawn = timeDraw.uniform([shape[0]], 0, schedule.steps, iteration).floor();
      const times = drawn
        .minimum(schedule.steps - 1)
        .add(1)
        .cast("int32") as tf.Tensor1D;
      const noisy = addNoise(schedule, clean, noise, times);
      const { loss } = optimizer.minimize(() => {
        const predicted = network.apply(noisy, times.cast("float32"));
        return { loss: tf.squaredDifference(noise, predicted).mean() as tf.Scalar };
      }, iteration);
      average.update();
      return { loss };
    });
  let recording: Recording<{ train: ReturnType<typeof defineTraining> }> | undefined;
  try {
    for (let step = 1; step <= steps; step++) {
      const batch = nextBatch(step);
      recording ??= record({ train: defineTraining(batch.shape) }, { engine });
      const result = recording.run("train", { images: batch, iteration: step });
      const loss = result.loss.dataSync()[0] as number;
      tf.dispose([batch, result.loss]);
      if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at step ${step}`);
      const readAverage = () => {
        recording?.read();
        return average.average;
      };
      yield { step, loss, readAverage };
    }
    recording?.read();
  } finally {
    recording?.dispose();
    average.dispose();
    optimizer.dispose();
  }
}
