import type { Parameters } from "../nn";
import type { tf } from "../runtime";
import type { Prediction } from "./prediction";

/** What a network may be told beside x_t and t. */
export interface PredictorContext {
  /** The class of each image, [batch]; the number of classes stands for none. */
  labels?: tf.Tensor1D;
}

/** A network of the reverse process: what it says of x_t at level t. */
export interface NoisePredictor {
  /** What it predicts; the noise where left out. */
  readonly prediction?: Prediction;
  /** The highest level that it knows, for `requireLevel`; all levels where left out. */
  readonly lastLevel?: number;
  /** @param xt [batch, height, width, channels] in model range. @param steps t of each image. */
  apply(xt: tf.Tensor4D, steps: tf.Tensor1D, context?: PredictorContext): tf.Tensor4D;
}

/** A trained network that is owned: it is freed, and its weights may be fitted further. */
export interface TrainedPredictor extends NoisePredictor {
  readonly parameters: Parameters;
  /** The sides of an image are divisible by this. */
  readonly multiple: number;
  dispose(): void;
}

/** @throws RangeError when t is above the levels that a network knows. */
export function requireLevel({ lastLevel = Number.POSITIVE_INFINITY }: NoisePredictor, t: number): void {
  if (t > lastLevel) throw new RangeError(`t: got ${t}, the network knows the levels to ${lastLevel}`);
}
