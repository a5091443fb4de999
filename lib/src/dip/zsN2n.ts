import { stepDecay } from "../nn";
import { tf } from "../runtime";
import type { ZsN2nNetwork } from "./networks/zsN2nNetwork";
import { checkFitOptions, type DipObservation, type RunFitOptions, runFit } from "./runFit";

/** Options of Zero-Shot Noise2Noise; the defaults are the authors'. */
export type FitZsN2nOptions = Pick<RunFitOptions, "iterations" | "learningRate" | "averageDecay" | "engine">;

/**
 * The pair downsampler (Mansour & Heckel 2023): two images of half the size, the means of the diagonals of each 2x2 block,
 *   D1 = y * [[0, 1/2], [1/2, 0]],  D2 = y * [[1/2, 0], [0, 1/2]],  stride 2.
 * They show almost the same scene, with independent noise where that of the pixels is. The last row or column of an odd
 * side is in neither.
 * @param image [batch, height, width, channels], sides of at least 2.
 * @returns D1 and D2, each [batch, floor(height / 2), floor(width / 2), channels] in the image's units; the caller's.
 */
export function downsamplePair(image: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const channels = image.shape[3];
  const halve = (block: number[]) =>
    tf.tidy(() => {
      const kernel = tf.tensor4d(block, [2, 2, 1, 1]).tile<tf.Tensor4D>([1, 1, channels, 1]);
      return tf.depthwiseConv2d(image, kernel, 2, "valid");
    });
  return [halve([0, 0.5, 0.5, 0]), halve([0.5, 0, 0, 0.5])];
}

/**
 * The loss of Zero-Shot Noise2Noise: residual learning and consistency, both symmetric in the pair, as means over pixels,
 *   L_res  = (|D1 y - f(D1 y) - D2 y|^2 + |D2 y - f(D2 y) - D1 y|^2) / 2,
 *   L_cons = (|D1 y - f(D1 y) - D1(y - f(y))|^2 + |D2 y - f(D2 y) - D2(y - f(y))|^2) / 2.
 * @param noisy y, [batch, height, width, channels], sides of at least 2.
 * @returns L_res + L_cons in squared image units, and y - f(y), not clipped; may stand in a recorded step.
 */
export function evaluateZsN2n(
  network: Pick<ZsN2nNetwork, "apply">,
  noisy: tf.Tensor4D,
): { loss: tf.Scalar; output: tf.Tensor4D } {
  return tf.tidy(() => {
    const [first, second] = downsamplePair(noisy);
    const pair = tf.concat([first, second]);
    const denoisedPair = pair.sub<tf.Tensor4D>(network.apply(pair));
    const residual = denoisedPair.sub(tf.concat([second, first]));
    const output = noisy.sub<tf.Tensor4D>(network.apply(noisy));
    const inconsistency = denoisedPair.sub(tf.concat(downsamplePair(output)));
    return { loss: residual.square().mean().add<tf.Scalar>(inconsistency.square().mean()), output };
  });
}

/** The denoised image y - f(y), clipped to [0, 1]: the result of Zero-Shot Noise2Noise once the network is fitted. */
export function denoiseZsN2n(network: Pick<ZsN2nNetwork, "apply">, noisy: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => tf.clipByValue(noisy.sub<tf.Tensor4D>(network.apply(noisy)), 0, 1));
}

/**
 * Zero-Shot Noise2Noise (Mansour & Heckel 2023, "Zero-Shot Noise2Noise: Efficient Image Denoising without any Data", CVPR):
 * a small network learns from one noisy image to predict its noise, by Adam on `evaluateZsN2n`; it is told no noise level,
 * and the noise must be independent from pixel to pixel. The paper leaves its hyperparameters to the authors' notebook: 3000
 * iterations at a rate of 1e-3 that is halved every 1000 (copies of it also have 2000, halved after 1500).
 * An image of odd sides is denoised whole, but its last row or column is not compared in the loss.
 * The output of an observation is from before its update: `denoiseZsN2n` gives that of the final weights, which the network
 * holds when the fit ends or is broken off. The fit frees all it made; the network stays the caller's.
 * @param noisy [1, height, width, channels], sides of at least 2; values outside [0, 1] are welcome.
 * @returns a generator of observations whose images are [1, height, width, channels] in [0, 1].
 * @throws RangeError when an option is out of range, a side is too small or the channels are not the network's; Error when
 *   the image holds a value that is not finite or the loss leaves the finite numbers.
 */
export function* fitZsN2n(
  network: ZsN2nNetwork,
  noisy: tf.Tensor4D,
  {
    iterations = 3000,
    learningRate = stepDecay({ first: 1e-3, factor: 0.5, every: 1000 }),
    averageDecay = 0.99,
    engine = "recorded",
  }: FitZsN2nOptions = {},
): Generator<DipObservation, void, void> {
  checkFitOptions({ iterations, averageDecay });
  const [images, height, width, channels] = noisy.shape;
  if (images !== 1 || channels !== network.channels) {
    throw new RangeError(`noisy: got [${noisy.shape}], want [1, height, width, ${network.channels}]`);
  }
  if (height < 2 || width < 2) throw new RangeError(`noisy: got ${width}x${height}, want sides of at least 2`);
  if (!noisy.dataSync().every(Number.isFinite)) throw new Error("noisy: holds a value that is not a finite number");
  const held = tf.tidy(() => tf.variable(noisy, false) as tf.Tensor4D);
  try {
    yield* runFit(
      network,
      noisy.shape,
      () => {
        const { loss, output } = evaluateZsN2n(network, held);
        return { loss, output: tf.clipByValue(output, 0, 1) };
      },
      { iterations, learningRate, averageDecay, engine },
    );
  } finally {
    held.dispose();
  }
}
