import { openStream, requireCounts, requireNotNegative, tf } from "../runtime";
import { checkImageInput, type DipNetwork } from "./network";
import { type DipObservation, type RunFitOptions, runFit } from "./runFit";

export interface FedBackOptions extends Omit<RunFitOptions, "controls"> {
  /** Iterations after which the input is made anew of the output. */
  renewEvery: number;
  /** The first input: the noisy image, or standard normal noise. */
  start: "image" | "noise";
  /** Standard deviation of the noise in the n-th input (from 0), image units. */
  inputNoise?: (renewal: number) => number;
  autoencoding?: number;
  /** Seed of the role `input`. */
  seed?: number;
}

/**
 * DIP whose input is its own earlier output, an image instead of fixed noise. Two published methods differ in how:
 * aSeqDIP (Alkhouri et al. 2024) starts from the noisy image, feeds the output back every second iteration as it is, and
 * asks the network to reproduce its input as well, |f(z) - y|^2 + lambda |f(z) - z|^2;
 * self-diffusion (Luo et al. 2025) starts from noise, and feeds the output back with less and less noise on it, fitting
 * |f(x_t + sigma_t e) - y|^2 for a while at each level.
 * @param network of as many input channels as the image has.
 * @param noisy [1, height, width, channels], sides divisible by the network's multiple.
 * @throws RangeError when an option is out of range or the network's input is not of the image's shape; Error when the
 *   loss leaves the finite numbers.
 */
export function* fitFedBack(
  network: DipNetwork,
  noisy: tf.Tensor4D,
  { renewEvery, start, inputNoise = () => 0, autoencoding = 0, seed = 0, ...options }: FedBackOptions,
): Generator<DipObservation, void, void> {
  requireCounts({ renewEvery });
  requireNotNegative({ autoencoding });
  const { shape } = noisy;
  checkImageInput(network, noisy);
  const random = openStream(seed, "input");
  const held = tf.tidy(() => tf.variable(noisy, false) as tf.Tensor4D);
  const first = start === "image" ? noisy.clone() : (random.child("start").normal(shape) as tf.Tensor4D);
  let input = renew(first, 0);
  first.dispose();

  function renew(image: tf.Tensor4D, renewal: number): tf.Tensor4D {
    const deviation = inputNoise(renewal);
    if (!(deviation > 0)) return image.clone();
    return tf.tidy(() => image.add<tf.Tensor4D>(random.child("renewal").normal(shape, renewal).mul(deviation)));
  }

  try {
    const fit = runFit(
      network,
      shape,
      (_iteration, { input: z }) => {
        const output = network.apply(z as tf.Tensor4D);
        const error = output.sub(held).square().mean();
        const same = tf.sub(output, z as tf.Tensor).square();
        const loss = autoencoding > 0 ? error.add(same.mean().mul(autoencoding)) : error;
        return { loss: loss as tf.Scalar, output };
      },
      { ...options, controls: { shapes: { input: [...shape] }, read: () => ({ input }) } },
    );
    for (const observation of fit) {
      yield observation;
      if (observation.iteration % renewEvery === 0) {
        const next = renew(observation.output, observation.iteration / renewEvery);
        input.dispose();
        input = next;
      }
    }
  } finally {
    tf.dispose([held, input]);
  }
}
