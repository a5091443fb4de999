import { averageWeights, createAdam, createMuon, type LearningRate, type Parameters } from "../../nn";
import {
  defineStep,
  type Engine,
  lookUp,
  openStream,
  type RandomStream,
  type Recording,
  record,
  tf,
} from "../../runtime";
import { addNoise, levelsAt, toModelRange } from "../forwardProcess";
import { cleanFrom, targetOf } from "../prediction";
import type { NoiseSchedule } from "../schedule";
import type { Unet } from "../unet";
import { boundTerm, stepTables } from "../variational";
import { lossWeights, type Weighting } from "./lossWeight";
import { restoreState, saveState } from "./state";
import {
  drawImportantTimes,
  drawLogNormalTimes,
  drawUniformTimes,
  type LogNormalOptions,
  type TimeSampler,
} from "./times";

/** What a training step shows. */
export interface TrainingObservation {
  /** Counted from 1. */
  step: number;
  /** The loss on this step's batch. */
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

/** Options of a training run. */
export interface TrainDdpmOptions {
  steps?: number;
  learningRate?: LearningRate;
  /** Adam for all weights, or Muon for the inner kernels and Adam for the others. */
  optimizer?: "adam" | "muon";
  /** Scales the gradients down to this norm where it is larger. */
  clipNorm?: number;
  /** Decay of the average of the weights. */
  averageDecay?: number;
  weighting?: Weighting;
  /** How levels are drawn. */
  times?: "uniform" | "importance" | LogNormalOptions;
  /** Share of the labels left out, for classifier-free guidance (Ho and Salimans 2022). */
  unlabelled?: number;
  /** Seed of the role `training`: the times, the noise, what is dropped. */
  seed?: number;
  /** A file that `save` wrote: the training goes on from there, as though it had never stopped. */
  resume?: string;
  engine?: Engine;
}

/**
 * Trains a noise predictor by |target - prediction|^2 weighed over the levels (Ho et al. 2020, eq. 14 and algorithm 1), by
 * Adam or Muon, with an exponential average of the weights. A network that learns its variance also gets T/1000 of the variational
 * bound, which moves the variance only (Nichol and Dhariwal 2021, eq. 16). Every random number depends on the seed and the
 * step alone, so that a training that is resumed makes the same steps as one that was never stopped.
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
    weighting = "simple",
    times = "uniform",
    unlabelled = 0.1,
    seed = 0,
    resume,
    engine = "recorded",
  }: TrainDdpmOptions = {},
): Generator<TrainingObservation, void, void> {
  const random = openStream(seed, "training");
  const sampler = openTimeSampler(times, schedule, random.child("time"));
  const create = rule === "muon" ? createMuon : createAdam;
  const optimizer = create(network.parameters, { learningRate, ...(clipNorm !== undefined && { clipNorm }) });
  const average = averageWeights(network.parameters, averageDecay);
  const state = {
    parameters: network.parameters,
    average: average.average,
    optimizer: optimizer.state,
    times: sampler.state,
  };
  const weights = lossWeights(schedule, weighting, network.prediction);
  const weighed = weighting !== "simple" || times === "importance";
  const tables = network.learnsVariance ? stepTables(schedule) : undefined;

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
        const drawn = sampler.draw(shape[0], iteration);
        const noisy = addNoise(schedule, clean, noise, drawn.times);
        const context = {
          ...(network.classes > 0 && {
            labels: leaveOut(labels as tf.Tensor1D, network.classes, unlabelled, random, iteration),
          }),
          ...(network.dropout > 0 && { drop: dropValues(network.dropout, random, iteration) }),
        };
        const { loss, perImage } = optimizer.minimize(() => {
          const input = network.conditionChannels > 0 ? (tf.concat([noisy, condition], 3) as tf.Tensor4D) : noisy;
          const said = network.apply(input, drawn.times.cast("float32"), context);
          const mean = tables ? tf.slice(said, [0, 0, 0, 0], [-1, -1, -1, shape[3]]) : said;
          const at = levelsAt(schedule, drawn.times);
          const errors = tf.squaredDifference(targetOf(network.prediction, clean, noise, at), mean);
          const perImage = errors.mean([1, 2, 3]) as tf.Tensor1D;
          if (!weighed && !tables) return { loss: errors.mean() as tf.Scalar, perImage };
          let factors: tf.Tensor = lookUp(tf.tensor1d(Array.from(weights)), drawn.times);
          if (drawn.factors) factors = factors.mul(drawn.factors);
          let loss = perImage.mul(factors).mean() as tf.Scalar;
          if (tables) {
            const predicted = cleanFrom(network.prediction, stopGradient(mean), noisy, at);
            const share = said.slice([0, 0, 0, shape[3]]).add(1).div(2) as tf.Tensor4D;
            const ends = [tables.logSmall, tables.logLarge].map((table) =>
              lookUp(tf.tensor1d(table), drawn.times).reshape([-1, 1, 1, 1]),
            ) as [tf.Tensor, tf.Tensor];
            const logVariance = ends[1].sub(ends[0]).mul(share).add(ends[0]) as tf.Tensor4D;
            const bound = boundTerm(tables, { clean, noisy, predicted, logVariance, times: drawn.times });
            const scaled = bound.mul(schedule.steps / 1000);
            loss = loss.add((drawn.factors ? scaled.mul(drawn.factors) : scaled).mean()) as tf.Scalar;
          }
          return { loss, perImage };
        }, iteration);
        sampler.learn(drawn.times, perImage as tf.Tensor1D);
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
    sampler.dispose();
  }
}

function openTimeSampler(
  times: NonNullable<TrainDdpmOptions["times"]>,
  schedule: NoiseSchedule,
  random: RandomStream,
): TimeSampler {
  if (times === "uniform") return drawUniformTimes(schedule.steps, random);
  if (times === "importance") return drawImportantTimes(schedule.steps, random);
  return drawLogNormalTimes(schedule, random, times);
}

/** The tensor, without a way back for the gradient. */
function stopGradient(x: tf.Tensor4D): tf.Tensor4D {
  return tf.customGrad((input) => ({
    value: (input as tf.Tensor).clone(),
    gradFunc: (dy) => tf.zerosLike(dy as tf.Tensor),
  }))(x) as tf.Tensor4D;
}

function leaveOut(
  labels: tf.Tensor1D,
  none: number,
  share: number,
  random: RandomStream,
  iteration: tf.Tensor,
): tf.Tensor1D {
  const left = random.child("unlabelled").uniform(labels.shape, 0, 1, iteration).less(share);
  return tf.where(left, tf.fill(labels.shape, none, "int32"), labels) as tf.Tensor1D;
}

function dropValues(share: number, random: RandomStream, iteration: tf.Tensor) {
  return (name: string, x: tf.Tensor4D): tf.Tensor4D => {
    const kept = random.child(`drop/${name}`).uniform(x.shape, 0, 1, iteration).greaterEqual(share).cast("float32");
    return x.mul<tf.Tensor4D>(kept).div(1 - share);
  };
}
