import { padTo } from "../nn";
import { openStream, type RandomStream, requireNotNegative, tf } from "../runtime";
import { checkGuess, putIntoInput } from "./guess";
import type { DipNetwork } from "./network";
import { type DipObservation, type RunFitOptions, runFit } from "./runFit";

export interface FitState {
  /** What is measured of the output. */
  measured: tf.Tensor;
  target: tf.Tensor;
  output: tf.Tensor4D;
  iteration: tf.Tensor;
  /** What the options' `controls` read. */
  controls: Record<string, tf.Tensor>;
}

export type Objective = (state: FitState) => tf.Scalar;

/** Mean squared error of what is measured (Ulyanov et al. 2018, eq. 2). */
export const squaredError: Objective = ({ measured, target }) => measured.sub(target).square().mean();

/** What a network starts from: uniform noise, or a grid of pixel coordinates in [0, 1], a smoothness prior. */
type InputKind = "noise" | "meshgrid";

/** Options of a fit; the defaults are the paper's for denoising. */
export interface FitDipOptions extends RunFitOptions {
  /** The fixed input: uniform noise, or a smooth grid of coordinates for large holes. */
  input?: InputKind;
  /** Standard deviation of the normal noise added to the input at each iteration. */
  inputNoise?: number;
  /**
   * What was measured of an image: a differentiable function from the image to a tensor of the target's shape, such as a
   * downsampling or the product with a mask. The identity by default.
   */
  measure?: (image: tf.Tensor4D) => tf.Tensor4D;
  /** What is minimised; the mean squared error of what is measured by default. May stand in a recorded step. */
  objective?: Objective;
  /** Height and width of the image, where they differ from the target's. */
  imageSize?: readonly [number, number];
  /** What one has of the image before the fit, [1, height, width, channels], for the input; nothing where left out. */
  guess?: tf.Tensor4D;
  /** Seed of the role `input`: the fixed input and the noise added to it. */
  seed?: number;
}

/**
 * Fits a network's weights to one measurement, Deep Image Prior (Ulyanov et al. 2018, eq. 2):
 * min_w |A f_w(z) - target|^2 with z fixed, by Adam. Sides that the network's strides do not divide are padded, and the
 * output is cropped back before it is measured.
 * The fit stops when the caller stops asking, or after `iterations`; it then frees all it made.
 * The network stays the caller's.
 * @param target [1, height, width, channels]; noisy values outside [0, 1] are welcome.
 * @throws RangeError when an option is out of range, the measured image is not of the target's shape or the guess not of the
 *   image's; Error when the target or the guess holds a value that is not finite or the loss leaves the finite numbers.
 */
export function* fitDip(
  network: DipNetwork,
  target: tf.Tensor4D,
  {
    input = "noise",
    inputNoise = 1 / 30,
    measure = (image) => image,
    objective = squaredError,
    imageSize = [target.shape[1], target.shape[2]],
    guess,
    seed = 0,
    ...options
  }: FitDipOptions = {},
): Generator<DipObservation, void, void> {
  requireNotNegative({ inputNoise });
  if (!target.dataSync().every(Number.isFinite)) throw new Error("target: holds a value that is not a finite number");

  const random = openStream(seed, "input");
  const frame = padTo(imageSize, network.multiple);
  const inputShape = network.inputShape(...frame.size);
  const perturbation = random.child("perturbation");
  if (guess) checkGuess(guess, imageSize);
  const held: { input: tf.Tensor4D; target: tf.Tensor4D } = tf.tidy(() => {
    const drawn = drawInput(input, inputShape, network.inputScale, random);
    const fixed = guess ? putIntoInput(drawn, guess, frame) : drawn;
    return { input: tf.variable(fixed, false) as tf.Tensor4D, target: tf.variable(target, false) };
  });
  try {
    const imageShape = tf.tidy(() => {
      const image = frame.crop(network.apply(held.input));
      const measured = measure(image);
      if (measured.shape.join() !== target.shape.join()) {
        throw new RangeError(
          `target: got [${target.shape}], but of an image [${image.shape}] [${measured.shape}] is measured`,
        );
      }
      return image.shape;
    });
    yield* runFit(
      network,
      imageShape,
      (iteration, controls) => {
        const noise = inputNoise > 0 ? perturbation.normal(inputShape, iteration).mul(inputNoise) : undefined;
        const output = frame.crop(network.apply(noise ? held.input.add<tf.Tensor4D>(noise) : held.input));
        const state = { measured: measure(output), target: held.target, output, iteration, controls };
        return { loss: objective(state), output };
      },
      options,
    );
  } finally {
    tf.dispose(Object.values(held));
  }
}

/**
 * The fixed input z of a Deep Image Prior (Ulyanov et al. 2018): uniform in [0, scale), or, for the inpainting of large
 * holes, the coordinates of each pixel, x in the first channel and y in the second.
 * @param shape [1, height, width, channels]; two channels for a grid.
 * @throws RangeError when a grid is asked for with another number of channels.
 */
export function drawInput(
  kind: InputKind,
  shape: [number, number, number, number],
  scale: number,
  random: RandomStream,
): tf.Tensor4D {
  if (kind === "noise") return random.uniform(shape, 0, scale) as tf.Tensor4D;
  const [, height, width, channels] = shape;
  if (channels !== 2) throw new RangeError(`meshgrid: got a network of ${channels} input channels, want 2`);
  return tf.tidy(() => {
    const across = tf.linspace(0, 1, width).reshape([1, 1, width, 1]).tile([1, height, 1, 1]);
    const down = tf.linspace(0, 1, height).reshape([1, height, 1, 1]).tile([1, 1, width, 1]);
    return tf.concat([across, down], 3) as tf.Tensor4D;
  });
}
