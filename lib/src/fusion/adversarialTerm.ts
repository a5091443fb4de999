import type { FitControls, RunFitOptions } from "../dip";
import { addConvolution, convolve, createAdam, disposeParameters, type Parameters, silu } from "../nn";
import { openStream, requireNotNegative, tf } from "../runtime";
import type { LossTerm } from "./perceptualTerm";

export interface AdversarialOptions {
  weight: number;
  /** Of the discriminator. */
  learningRate?: number;
  /** Seed of the role `network`. */
  seed?: number;
}

/** A discriminator that learns beside a fit, and what it adds to the fit's loss. */
export interface AdversarialTerm extends LossTerm {
  /** What the fit is told at each iteration: real patches. */
  controls: FitControls;
  /** Trains the discriminator, in the fit's own recorded step. */
  alongside: NonNullable<RunFitOptions["alongside"]>;
  /** A score for every patch, [batch, height / 4, width / 4, 1]: near 1 for what looks real, near 0 for the fit's. */
  score(images: tf.Tensor4D): tf.Tensor4D;
}

/**
 * A patch discriminator between DIP's output and patches of training images (PatchGAN, Isola et al. 2017; least squares,
 * Mao et al. 2017): it learns mean (D(real) - 1)^2 + mean D(f)^2, and the fit is given weight * mean (D(f) - 1)^2. Four
 * convolutions, each score sees 23x23 pixels. It knows what photos look like at that scale, and nothing of this photo.
 * @param realPatches [count, height, width, channels] in [0, 1] for an iteration; read before it, stay the owner's.
 * @param shape of what `realPatches` gives.
 * @throws RangeError when an option is out of range.
 */
export function adversarialTerm(
  realPatches: (iteration: number) => tf.Tensor4D,
  shape: [number, number, number, number],
  { weight, learningRate = 1e-3, seed = 0 }: AdversarialOptions,
): AdversarialTerm {
  requireNotNegative({ weight });
  const random = openStream(seed, "network", "discriminator");
  const parameters: Parameters = {};
  const layers = [
    ["first", shape[3], 16],
    ["second", 16, 32],
    ["third", 32, 32],
    ["score", 32, 1],
  ] as const;
  for (const [name, inputs, outputs] of layers) {
    addConvolution(parameters, name, { kernel: 3, inputs, outputs, random });
  }
  const optimizer = createAdam(parameters, { learningRate });
  const score = (images: tf.Tensor4D): tf.Tensor4D =>
    tf.tidy(() => {
      const first = silu(convolve(parameters, "first", images.mul<tf.Tensor4D>(2).sub(1), { stride: 2 }));
      const second = silu(convolve(parameters, "second", first, { stride: 2 }));
      return convolve(parameters, "score", silu(convolve(parameters, "third", second)));
    });
  return {
    controls: { shapes: { real: [...shape] }, read: (iteration) => ({ real: realPatches(iteration) }) },
    term: ({ output }) => score(output).sub(1).square().mean().mul(weight),
    alongside(output, { real }, iteration) {
      const learned = optimizer.minimize(() => {
        const wrong = score(output).square().mean();
        const missed = tf.sub(score(real as tf.Tensor4D), 1).square();
        return { loss: missed.mean().add(wrong) as tf.Scalar };
      }, iteration);
      learned.loss.dispose();
    },
    score,
    dispose() {
      optimizer.dispose();
      disposeParameters(parameters);
    },
  };
}
