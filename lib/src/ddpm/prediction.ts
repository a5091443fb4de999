import { tf } from "../runtime";

/**
 * What a network predicts of x_t = sqrt(alphaBar) x_0 + sqrt(1 - alphaBar) eps: the noise eps (Ho et al. 2020), the clean
 * x_0, or the velocity v = sqrt(alphaBar) eps - sqrt(1 - alphaBar) x_0 (Salimans and Ho 2022).
 */
export type Prediction = "noise" | "clean" | "velocity";

/** A number, or one for each image as [batch, 1, 1, 1]. */
type Level = number | tf.Tensor;

/** The signal's and the noise's share of x_t. */
export interface Levels {
  /** sqrt(alphaBar). */
  signal: Level;
  /** sqrt(1 - alphaBar). */
  noise: Level;
}

/** What the network should have said of x_0 and eps. */
export function targetOf(prediction: Prediction, clean: tf.Tensor4D, noise: tf.Tensor4D, at: Levels): tf.Tensor4D {
  if (prediction === "noise") return noise;
  if (prediction === "clean") return clean;
  return tf.tidy(() => noise.mul(at.signal).sub(clean.mul(at.noise)) as tf.Tensor4D);
}

/** x_0 from what the network said of x_t; where alphaBar is 0, noise cannot be turned into it. */
export function cleanFrom(prediction: Prediction, said: tf.Tensor4D, xt: tf.Tensor4D, at: Levels): tf.Tensor4D {
  if (prediction === "clean") return said;
  return tf.tidy(() => {
    if (prediction === "noise") return xt.sub(said.mul(at.noise)).div(at.signal) as tf.Tensor4D;
    return xt.mul(at.signal).sub(said.mul(at.noise)) as tf.Tensor4D;
  });
}

/** eps from what the network said of x_t. */
export function noiseFrom(prediction: Prediction, said: tf.Tensor4D, xt: tf.Tensor4D, at: Levels): tf.Tensor4D {
  if (prediction === "noise") return said;
  return tf.tidy(() => {
    if (prediction === "clean") return xt.sub(said.mul(at.signal)).div(at.noise) as tf.Tensor4D;
    return xt.mul(at.noise).add(said.mul(at.signal)) as tf.Tensor4D;
  });
}
