import { openStream, requireNotNegative, requirePositive, tf } from "../runtime";
import { checkImageInput, type DipNetwork } from "./network";
import { type DipObservation, type RunFitOptions, runFit } from "./runFit";

/** Step of the finite difference that the divergence is read by, as a share of sigma. */
const probeStep = 0.5;

export interface FitSureOptions extends RunFitOptions {
  /** Standard deviation of the noise, image units. */
  sigma: number;
  /** Largest deviation of the noise added to the network's input, as a share of sigma; drawn anew each iteration. */
  inputNoise?: number;
  /** Seed of the role `input`: the noise added to the input, and the probe. */
  seed?: number;
}

/**
 * DIP with Stein's unbiased risk estimate as its loss (DF-STE; Jo, Chun, Choi 2021, "Rethinking Deep Image Prior for
 * Denoising"; Stein 1981; Monte-Carlo divergence, Ramani et al. 2008): the network's input is the noisy image itself,
 * u = y + s e with s uniform in [0, inputNoise sigma), and the loss
 *   |f(u) - y|^2 / d + (2 sigma^2 / d) b . (f(u + eps b) - f(u)) / eps - sigma^2,  b ~ N(0, I), eps = sigma / 2.
 * Each iteration runs the network twice. The authors stop where the loss first falls below zero (`stopAtZeroCrossing`)
 * and return the exponential average. Departures from their code: the network and Adam are those of `fitDip`, and the
 * average is never reset by a look at the clean image.
 * @param network of as many input channels as the image has.
 * @param noisy [1, height, width, channels], sides divisible by the network's multiple.
 * @throws RangeError when an option is out of range or the network's input is not of the image's shape; Error when the
 *   loss leaves the finite numbers.
 */
export function* fitSure(
  network: DipNetwork,
  noisy: tf.Tensor4D,
  { sigma, inputNoise = 0.5, seed = 0, ...options }: FitSureOptions,
): Generator<DipObservation, void, void> {
  requirePositive({ sigma });
  requireNotNegative({ inputNoise });
  const { shape } = noisy;
  checkImageInput(network, noisy);
  const random = openStream(seed, "input");
  const [level, perturbation, probe] = [random.child("level"), random.child("perturbation"), random.child("probe")];
  const step = probeStep * sigma;
  const held = tf.tidy(() => tf.variable(noisy, false) as tf.Tensor4D);
  try {
    yield* runFit(
      network,
      shape,
      (iteration) => {
        const strength = level.uniform([1], 0, inputNoise * sigma, iteration);
        const input = held.add<tf.Tensor4D>(perturbation.normal(shape, iteration).mul(strength));
        const b = probe.normal(shape, iteration);
        const output = network.apply(input);
        const moved = network.apply(input.add<tf.Tensor4D>(b.mul(step)));
        const divergence = moved.sub(output).mul(b).mean().div(step);
        const residual = output.sub(held).square().mean();
        return { loss: residual.add(divergence.mul(2 * sigma ** 2)).sub(sigma ** 2) as tf.Scalar, output };
      },
      options,
    );
  } finally {
    held.dispose();
  }
}
