import { tf } from "../runtime";
import type { Parameters } from "./parameters";

/** A running average average <- decay * average + (1 - decay) * value, started at the first value. */
export interface ExponentialAverage {
  update(value: tf.Tensor4D): void;
  /** The average so far, owned by this object. @throws Error before the first update. */
  value(): tf.Tensor4D;
  dispose(): void;
}

/** Averages a series of images. @param decay in [0, 1); 0 keeps the last image only. */
export function averageImages(decay: number): ExponentialAverage {
  let average: tf.Tensor4D | undefined;
  return {
    update(value) {
      const next = tf.tidy(() => (average ? average.mul(decay).add(value.mul(1 - decay)) : value.clone()));
      average?.dispose();
      average = tf.keep(next) as tf.Tensor4D;
    },
    value() {
      if (!average) throw new Error("the average of no images was asked for");
      return average;
    },
    dispose() {
      average?.dispose();
      average = undefined;
    },
  };
}

/** Averages the weights of a network over its training, in a copy of its own. */
export function averageWeights(
  parameters: Parameters,
  decay: number,
): { average: Parameters; update(): void; dispose(): void } {
  const average = Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => [name, tf.variable(variable, false)]),
  );
  return {
    average,
    update() {
      tf.tidy(() => {
        for (const [name, variable] of Object.entries(parameters)) {
          const kept = average[name] as tf.Variable;
          kept.assign(kept.mul(decay).add(variable.mul(1 - decay)));
        }
      });
    },
    dispose: () => tf.dispose(Object.values(average)),
  };
}
