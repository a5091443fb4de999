import { defaultPatience, type PatienceOptions, type StoppingRule, stopAtMinimum } from "../dip";
import { type RandomStream, requirePositive, tf } from "../runtime";
import { type DiffusionSplitOptions, splitByDiffusion } from "./diffusionSplit";

/** A squared error, estimated without the clean image. */
export interface RiskEstimate {
  /** Mean squared error, squared image units; may come out below 0 where it is small beside its error. */
  risk: number;
  /** Standard error of the estimate, from the scatter of the pixels' own estimates. */
  standardError: number;
}

/** A noisy image split once or as an antithetic pair: what to fit, and the estimator of whatever is made of it alone. */
export interface SplitEstimator {
  /** [1 or 2, height, width, channels]: y+, or y + w and y - w one after the other. The estimator's own. */
  target: tf.Tensor4D;
  /** Independent of the target, image by image: y-, or y - w/a^2 and y + w/a^2. */
  heldOut: Float32Array;
  /** The image that is returned: that made of y+, or the mean of the two. @param made of the target's shape. */
  imageOf(made: Float32Array): Float32Array;
  /** Unbiased estimate of the mean squared error of that image. */
  estimate(made: Float32Array): RiskEstimate;
  /** Unbiased estimate of the mean product of two such images' errors; of an image with itself its risk. */
  product(one: Float32Array, other: Float32Array): number;
  /** The mean product of two such images' errors less the risk of the first: half the slope of the risk from the one to the other. */
  slope(from: Float32Array, to: Float32Array): RiskEstimate;
  dispose(): void;
}

/** Noise level and balance of a split, and where there is anything to split. */
export interface SplitEstimatorOptions extends DiffusionSplitOptions {
  /**
   * Ones where something was measured, zeros elsewhere, in the noisy image's height and width. The target is 0 where nothing
   * was measured, and the errors are those of the measured alone. All of it by default.
   */
  mask?: tf.Tensor4D | undefined;
}

/**
 * The estimator of a single split: |f - y-|^2 / d - sigma^2 (1 + 1/a^2). Of a measurement y = A x + n it is of A f, and its
 * risk is the mean squared error of what is measured of the image, |A (f - x)|^2 / m.
 * @throws RangeError when an option is out of range.
 */
export function estimateBySplit(
  noisy: tf.Tensor4D,
  { mask, ...options }: SplitEstimatorOptions,
  random: RandomStream,
): SplitEstimator {
  const { plus, minus, heldOutVariance } = splitByDiffusion(noisy, options, random);
  const target = keep(plus, mask);
  const heldOut = minus.dataSync() as Float32Array;
  const places = measuredPlaces(noisy, mask);
  tf.dispose([plus, minus]);
  return {
    ...{ target, heldOut, imageOf: (made) => made },
    ...averagesOf(places, (one, other, i) => {
      const held = heldOut[i] as number;
      return ((one[i] as number) - held) * ((other[i] as number) - held) - heldOutVariance;
    }),
    dispose: () => target.dispose(),
  };
}

function keep(image: tf.Tensor4D, mask: tf.Tensor4D | undefined): tf.Tensor4D {
  return mask ? image.mul(mask) : image.clone();
}

/** Places of the measured values in the order of the image tensor. */
function measuredPlaces(noisy: tf.Tensor4D, mask: tf.Tensor4D | undefined): Int32Array {
  const all = Int32Array.from({ length: noisy.size }, (_, i) => i);
  if (!mask) return all;
  const known = tf.tidy(() => tf.broadcastTo(mask, noisy.shape).dataSync());
  return all.filter((i) => known[i] !== 0);
}

/**
 * The estimator of the antithetic pair: with w ~ N(0, (a sigma)^2 I), f+ is made of y + w and held against y - w/a^2, its twin
 * f- the other way round. In the mean of the two estimates the product of w and the image's noise cancels, and |w|^2 is
 * known, so that what was drawn is subtracted, not what was expected:
 *   r = (|f+ - (y - w/a^2)|^2 + |f- - (y + w/a^2)|^2) / (2d) - |w|^2 / (d a^4) - sigma^2,
 * and for the mean of the two images r - |f+ - f-|^2 / (4d). For a -> 0 it tends to Stein's estimate with a Monte-Carlo
 * divergence of all that made them (Ramani et al. 2008).
 * @param noisy [1, height, width, channels]. @throws RangeError when an option is out of range.
 */
export function estimateByPair(
  noisy: tf.Tensor4D,
  { sigma, a = 0.25, mask }: SplitEstimatorOptions,
  random: RandomStream,
): SplitEstimator {
  requirePositive({ sigma, a });
  const drawn = tf.tidy(() => {
    const w = random.normal(noisy.shape).mul(a * sigma);
    const far = w.div(a * a);
    const both = (move: tf.Tensor) => tf.concat([noisy.add(move), noisy.sub(move)], 0) as tf.Tensor4D;
    return { target: keep(both(w), mask), minus: both(far.neg()), far };
  });
  const heldOut = drawn.minus.dataSync() as Float32Array;
  const far = drawn.far.dataSync() as Float32Array;
  const places = measuredPlaces(noisy, mask);
  tf.dispose([drawn.minus, drawn.far]);
  return {
    ...{ target: drawn.target, heldOut, imageOf: meanOfTwo },
    ...averagesOf(places, (one, other, i) => {
      const twin = i + far.length;
      const [a, b] = [one[i] as number, other[i] as number];
      const [c, d] = [one[twin] as number, other[twin] as number];
      const [h, k] = [heldOut[i] as number, heldOut[twin] as number];
      const errors = (a - h) * (b - h) + (c - k) * (d - k);
      return errors / 2 - (far[i] as number) ** 2 - sigma ** 2 - ((a - c) * (b - d)) / 4;
    }),
    dispose: () => drawn.target.dispose(),
  };
}

/** The estimates of one that is of the errors' product at a pixel. @param at pixel i of two images made of the target. */
function averagesOf(
  places: Int32Array,
  at: (one: Float32Array, other: Float32Array, i: number) => number,
): Pick<SplitEstimator, "estimate" | "product" | "slope"> {
  return {
    estimate: (made) => average(places, (i) => at(made, made, i)),
    product: (one, other) => average(places, (i) => at(one, other, i)).risk,
    slope: (from, to) => average(places, (i) => at(from, to, i) - at(from, from, i)),
  };
}

function average(places: Int32Array, of: (index: number) => number): RiskEstimate {
  const count = places.length;
  let [sum, squares] = [0, 0];
  for (const place of places) {
    const value = of(place);
    sum += value;
    squares += value * value;
  }
  const risk = sum / count;
  return { risk, standardError: Math.sqrt(Math.max(0, squares / count - risk ** 2) / count) };
}

/** The mean of two images that stand one after the other. */
export function meanOfTwo(made: Float32Array): Float32Array {
  const half = made.length / 2;
  return Float32Array.from({ length: half }, (_, i) => ((made[i] as number) + (made[i + half] as number)) / 2);
}

/**
 * Stops DIP where its estimated risk is least: follows the estimate of the averaged outputs to its minimum.
 * @throws RangeError when patience or window is no whole number above 0.
 */
export function stopByRisk(estimator: SplitEstimator, options: Partial<PatienceOptions> = {}): StoppingRule {
  const read = (image: Float32Array) => estimator.estimate(image).risk;
  return stopAtMinimum("averagedOutput", read, { ...defaultPatience, ...options });
}
