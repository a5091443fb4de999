import type { NoiseSchedule } from "../src/ddpm";
import { lookUp, tf } from "../src/runtime";

/** The best noise predictor for white images N(mean, deviation^2) in model range, pixel by pixel: all is known of it in closed form. */
export function gaussianNetwork(schedule: NoiseSchedule, { mean, deviation }: { mean: number; deviation: number }) {
  return {
    apply: (xt: tf.Tensor4D, steps: tf.Tensor1D): tf.Tensor4D =>
      tf.tidy(() => {
        const at = (value: (alphaBar: number) => number) =>
          lookUp(tf.tensor1d(Array.from(schedule.alphaBar, value)), steps.cast("int32")).reshape([-1, 1, 1, 1]);
        const centred = xt.sub(at((alphaBar) => Math.sqrt(alphaBar) * mean));
        return centred.mul(at((alphaBar) => Math.sqrt(1 - alphaBar) / (alphaBar * deviation ** 2 + 1 - alphaBar)));
      }),
  };
}
