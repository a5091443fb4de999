import { meanSquaredError } from "ddpm-dip/metrics";
import type { tf } from "ddpm-dip/runtime";

/**
 * The mixtures of two images by their mean squared errors and the mean product of the two errors: the best weight of the first in
 * [0, 1], known in hindsight (proposition 3), and the error at a weight of the first.
 */
export function mixtures(one: number, other: number, product: number) {
  const apart = one + other - 2 * product;
  const best = apart > 0 ? Math.min(1, Math.max(0, (other - product) / apart)) : 0;
  const at = (share: number) => share ** 2 * one + (1 - share) ** 2 * other + 2 * share * (1 - share) * product;
  return { best, at };
}

/** The best weight of an image in its mean with another, and what the mean gains over the better of the two, dB. */
export function bestMixture(
  image: tf.Tensor4D,
  other: tf.Tensor4D,
  clean: tf.Tensor4D,
): { weight: number; gain: number } {
  const [own, others] = [meanSquaredError(image, clean), meanSquaredError(other, clean)];
  // |own - other|^2 = r_1 + r_2 - 2c.
  const product = (own + others - meanSquaredError(image, other)) / 2;
  const { best, at } = mixtures(own, others, product);
  return { weight: best, gain: 10 * Math.log10(Math.min(own, others) / at(best)) };
}
