import { averageImages, createAdam } from "../nn";
import { defineStep, type Engine, type Recording, record, tf } from "../runtime";
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
  learningRate?: number;
  /** Decay of the exponential average of the outputs. */
  averageDecay?: number;
  engine?: Engine;
}

/** @throws RangeError naming the option that is out of range. */
export function checkFitOptions({ iterations, averageDecay }: Required<Omit<RunFitOptions, "engine">>): void {
  if (!Number.isInteger(iterations) || iterations < 1) {
    throw new RangeError(`iterations: got ${iterations}, want a whole number above 0`);
  }
  if (!(averageDecay >= 0 && averageDecay < 1)) {
    throw new RangeError(`averageDecay: got ${averageDecay}, want a number in [0, 1)`);
  }
}

/**
 * The loop of a fit: Adam on a loss, the average of the outputs, one observation an iteration. It frees what it made when
 * it ends, is broken off, or fails.
 * @param evaluate the loss and the image at an iteration; may stand in a recorded step.
 * @param imageShape of the image that `evaluate` returns.
 */
export function* runFit(
  network: DipNetwork,
  imageShape: [number, number, number, number],
  evaluate: (iteration: tf.Tensor) => { loss: tf.Scalar; output: tf.Tensor4D },
  { iterations, learningRate, averageDecay, engine }: Required<RunFitOptions>,
): Generator<DipObservation, void, void> {
  const optimizer = createAdam(network.parameters, { learningRate });
  const average = averageImages(imageShape, averageDecay);
  const fit = defineStep({ iteration: { shape: [], dtype: "int32" } }, ({ iteration }) => {
    const { loss, output } = optimizer.minimize(() => evaluate(iteration), iteration);
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
  }
}
