import type { Batch, Denoiser, LevelLoss, Unet } from "ddpm-dip/ddpm";
import { openStream, tf } from "ddpm-dip/runtime";
import { sumSimple } from "simple-statistics";
import type { PriorTrainingSpec } from "./images";

/** A way to train: what it is shown, and how the result is validated. */
export interface TrainingArm {
  network: Unet;
  /** Spent on DIP before the first step, on all training images. */
  dipSeconds: number;
  /** The batch of a step: [batch, size, size, 3] of what the process sees, and what it is conditioned on. */
  batchAt(step: number): Batch;
  /** What the validation images are told by. */
  condition?: tf.Tensor4D;
  /** Judges the network with its averaged weights. */
  validate(denoiser: Denoiser): Record<string, number>;
  dispose(): void;
}

/** Mean loss of the predicted velocity over the levels, and the mean squared error of x_0, image units. */
export function meanLosses(levels: readonly LevelLoss[]): { loss: number; cleanError: number } {
  const mean = (values: number[]) => sumSimple(values) / values.length;
  return {
    // |v' - v|^2 = |eps' - eps|^2 + |x_0' - x_0|^2, the latter in model range.
    loss: mean(levels.map(({ loss, cleanError }) => loss + 4 * cleanError)),
    cleanError: mean(levels.map(({ cleanError }) => cleanError)),
  };
}

/** Cuts the images of a step out of a set in memory, in a random order. */
export function drawBatches(
  count: number,
  { batch, seeds }: PriorTrainingSpec,
): (step: number, from: readonly tf.Tensor4D[]) => tf.Tensor4D[] {
  const random = openStream(seeds.training, "data", "batches");
  return (step, from) => {
    const draw = random.numbers(step);
    const places = Array.from({ length: batch }, () => Math.floor(draw() * count));
    return from.map((set) => tf.gather(set, places));
  };
}
