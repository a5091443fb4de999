import { averageWeights, createAdam, createMuon, type LearningRate, type Parameters } from "../../nn";
import { defineStep, type Engine, openStream, type Recording, record, tf } from "../../runtime";
import { addNoise, levelsAt, toModelRange } from "../forwardProcess";
import { targetOf } from "../prediction";
import type { NoiseSchedule } from "../schedule";
import type { Unet } from "../unet";
import { restoreState, saveState } from "./state";
import { drawLogNormalTimes, drawUniformTimes, type LogNormalOptions } from "./times";

export interface TrainingObservation {
  /** Counted from 1. */
  step: number;
  loss: number;
  /** Brings the averaged weights up to date and shows them; they belong to the training and are freed with it. */
  readAverage(): Parameters;
  /** Writes all that the training needs to go on from here, and notes of one's own, to a file, whole or not at all. */
  save(file: string, notes?: Record<string, string>): Promise<void>;
}

/** Images of a step, and the class of each where the network has classes. */
export interface Batch {
  /** [batch, height, width, channels] in [0, 1], all steps of one shape; the training frees them. */
  images: tf.Tensor4D;
  labels?: readonly number[];
  /** What a conditioned network is told beside x_t: [batch, height, width, conditionChannels]; the training frees it. */
  condition?: tf.Tensor4D;
}

export interface TrainDdpmOptions {
  steps?: number;
  learningRate?: LearningRate;
  /** Adam for all weights, or Muon for the inner kernels and Adam for the others. */
  optimizer?: "adam" | "muon";
  /** Scales the gradients down to this norm where it is larger. */
  clipNorm?: number;
  /** Decay of the average of the weights. */
  averageDecay?: number;
  times?: "uniform" | LogNormalOptions;
  /** Share of the labels left out, for classifier-free guidance (Ho and Salimans 2022). */
  unlabelled?: number;
  /** Seed of the role `training`: the times, the noise, what is dropped. */
  seed?: number;
  /** A file that `save` wrote: the training goes on from there, as though it had never stopped. */
  resume?: string;
  engine?: Engine;
}

/**
 * Trains a noise predictor by |target - prediction|^2 (Ho et al. 2020, eq. 14 and algorithm 1), by Adam or Muon, with an
 * exponential average of the weights. Every random number depends on the seed and the step alone, so that a training that is
 * resumed makes the same steps as one that was never stopped.
 * The network has the trained weights after `readAverage` or `save`, and at the end.
 * @param nextBatch the images of a step; must depend on the step alone for a resumed training to be the same.
 * @throws Error when the loss leaves the finite numbers, or the resumed file is of another network; RangeError when an
 *   option is out of range or labels are missing.
 */
export function* trainDdpm(
  network: Unet,
  schedule: NoiseSchedule,
  nextBatch: (step: number) => tf.Tensor4D | Batch,
  {
    steps = 1000,
    learningRate = 2e-4,
    optimizer: rule = "adam",
    clipNorm,
    averageDecay = 0.995,
    times = "uniform",
    unlabelled = 0.1,
    seed = 0,
    resume,
    engine = "recorded",
  }: TrainDdpmOptions = {},
): Generator<TrainingObservation, void, void> {
  const random = openStream(seed, "training");
  const ofTimes = random.child("time");
  const drawTimes =
    times === "uniform" ? drawUniformTimes(schedule.steps, ofTimes) : drawLogNormalTimes(schedule, ofTimes, times);
  const create = rule === "muon" ? createMuon : createAdam;
  const optimizer = create(network.parameters, { learningRate, clipNorm });
  const average = averageWeights(network.parameters, averageDecay);
  const state = { parameters: network.parameters, average: average.average, optimizer: optimizer.state };

  const leaveOut = (labels: tf.Tensor1D, iteration: tf.Tensor) => {
    const left = random.child("unlabelled").uniform(labels.shape, 0, 1, iteration).less(unlabelled);
    return tf.where(left, tf.fill(labels.shape, network.classes, "int32"), labels) as tf.Tensor1D;
  };
  const defineTraining = (shape: [number, number, number, number]) =>
    defineStep(
      {
        images: { shape },
        labels: { shape: [shape[0]], dtype: "int32" },
        condition: { shape: [...shape.slice(0, 3), network.conditionChannels || shape[3]] },
        iteration: { shape: [], dtype: "int32" },
      },
      ({ images, labels, condition, iteration }) => {
        const clean = toModelRange(images as tf.Tensor4D);
        const noise = random.normal(shape, iteration) as tf.Tensor4D;
        const drawn = drawTimes(shape[0], iteration);
        const noisy = addNoise(schedule, clean, noise, drawn);
        const context = network.classes > 0 ? { labels: leaveOut(labels as tf.Tensor1D, iteration) } : {};
        const { loss } = optimizer.minimize(() => {
          const input = network.conditionChannels > 0 ? (tf.concat([noisy, condition], 3) as tf.Tensor4D) : noisy;
          const said = network.apply(input, drawn.cast("float32"), context);
          const target = targetOf(network.prediction, clean, noise, levelsAt(schedule, drawn));
          return { loss: tf.squaredDifference(target, said).mean() as tf.Scalar };
        }, iteration);
        average.update();
        return { loss };
      },
    );

  let recording: Recording<{ train: ReturnType<typeof defineTraining> }> | undefined;
  try {
    const first = resume === undefined ? 1 : restoreState(resume, state, { seed }) + 1;
    for (let step = first; step <= steps; step++) {
      const given = nextBatch(step);
      const batch: Batch = "images" in given ? given : { images: given };
      const { images, labels, condition } = batch;
      if (network.classes > 0 && labels?.length !== images.shape[0]) {
        throw new RangeError(`labels: got ${labels?.length ?? 0} for ${images.shape[0]} images`);
      }
      const told = condition?.shape[3] ?? 0;
      if (told !== network.conditionChannels) {
        throw new RangeError(`condition: got ${told} channels, want ${network.conditionChannels}`);
      }
      const classes = tf.tensor1d(labels ? [...labels] : new Array<number>(images.shape[0]).fill(0), "int32");
      recording ??= record({ train: defineTraining(images.shape) }, { engine });
      const result = recording.run("train", {
        images,
        labels: classes,
        condition: condition ?? images,
        iteration: step,
      });
      const loss = result.loss.dataSync()[0] as number;
      tf.dispose([images, classes, result.loss, ...(condition ? [condition] : [])]);
      if (!Number.isFinite(loss)) throw new Error(`the loss became ${loss} at step ${step}`);
      yield {
        step,
        loss,
        readAverage() {
          recording?.read();
          return average.average;
        },
        async save(file, notes) {
          recording?.read();
          await saveState(file, state, { step, seed, ...(notes && { notes }) });
        },
      };
    }
    recording?.read();
  } finally {
    recording?.dispose();
    average.dispose();
    optimizer.dispose();
  }
}
