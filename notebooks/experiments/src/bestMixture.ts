import { meanSquaredError } from "ddpm-dip/metrics";
import type { tf } from "ddpm-dip/runtime";

/**
 * The weight in [0, 1] of an image in its mean with another that is best, known in hindsight (proposition 3), and what the mean gains
 * over the better of the two, dB.
 */
export function bestMixture(
  image: tf.Tensor4D,
  other: tf.Tensor4D,
  clean: tf.Tensor4D,
): { weight: number; gain: number } {
  const [own, others, apart] = [
    meanSquaredError(image, clean),
    meanSquaredError(other, clean),
    meanSquaredError(image, other),
  ];
  // |own - other|^2 = r_1 + r_2 - 2c.
  const product = (own + others - apart) / 2;
  const weight = apart > 0 ? Math.min(1, Math.max(0, (others - product) / apart)) : 0;
  const mixed = others - 2 * weight * (others - product) + weight ** 2 * apart;
  return { weight, gain: 10 * Math.log10(Math.min(own, others) / mixed) };
}
