import { averageWeights, createAdam, type Network, type Parameters } from "../nn";
import { openStream, tf } from "../runtime";
import { addNoise, toModelRange } from "./forwardProcess";
import type { NoiseSchedule } from "./schedule";

/** What a training step shows. */
export interface TrainingObservation {
  /** Counted from 1. */
  step: number;
  /** Mean squared error of the predicted noise on this step's batch. */
  loss: number;
  /** The averaged weights so far; they belong to the training and are freed with it. */
  averaged: Parameters;
}

/** Options of a training run. */
export interface TrainDdpmOptions {
  steps?: number;
  learningRate?: number;
  /** Decay of the average of the weights. */
  averageDecay?: number;
  /** Seed of the role `training`: the times and the noise. */
  seed?: number;
}

/**
 * Trains a noise predictor by the simple loss E |eps - epsTheta(x_t, t)|^2, t uniform in 1..T
 * (Ho et al. 2020, eq. 14 and algorithm 1), by Adam, with an exponential average of the weights.
 * @param nextBatch images [batch, height, width, channels] in [0, 1] for a step; the training frees them.
 * @throws Error when the loss leaves the finite numbers.
 */
export function* trainDdpm(
  network: Network<[tf.Tensor4D, tf.Tensor1D]>,
  schedule: NoiseSchedule,
  nextBatch: (step: number) => tf.Tensor4D,
  { steps = 1000, learningRate = 2e-4, averageDecay = 0.995, seed = 0 }: TrainDdpmOptions = {},
): Generator<TrainingObservation, void, void> {
  const random = openStream(seed, "training");
  const optimizer = createAdam(network.parameters, { learningRate });
  const average = averageWeights(network.parameters, averageDecay);
  try {
    for (let step = 1; step <= steps; step++) {
      const batch = nextBatch(step);
      const loss = tf.tidy(() => {
        const clean = toModelRange(batch);
        const noise = random.normal(clean.shape, step) as tf.Tensor4D;
        const draw = random.numbers(step);
        const times = Array.from({ length: clean.shape[0] }, () => 1 + Math.floor(draw() * schedule.steps));
        const noisy = addNoise(schedule, clean, noise, times);
        return optimizer.step(() => tf.squaredDifference(noise, network.apply(noisy, tf.tensor1d(times))).mean());
      });
      batch.dispose();
      if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at step ${step}`);
      average.update();
      yield { step, loss, averaged: average.average };
    }
  } finally {
    average.dispose();
    optimizer.dispose();
  }
}
