import { tf } from "../runtime";

/**
 * Dynamic thresholding (Saharia et al. 2022, section 2.3): with s the quantile of |x_0| in each image, at least 1, x_0 is
 * cut to [-s, s] and divided by s, so that strong guidance does not saturate whole areas.
 * @param clean [batch, height, width, channels] in model range.
 * @param quantile in (0, 1), linearly interpolated.
 * @throws RangeError when the quantile is out of range.
 */
export function thresholdDynamically(clean: tf.Tensor4D, quantile: number): tf.Tensor4D {
  if (!(quantile > 0 && quantile < 1)) throw new RangeError(`quantile: got ${quantile}, want a number in (0, 1)`);
  return tf.tidy(() => {
    const sizes = clean.abs().reshape([clean.shape[0], -1]) as tf.Tensor2D;
    const count = sizes.shape[1];
    const rank = (1 - quantile) * (count - 1);
    const [above, below] = [Math.floor(rank), Math.ceil(rank)];
    const { values } = tf.topk(sizes, below + 1);
    const [upper, lower] = [above, below].map((place) => values.slice([0, place], [-1, 1])) as [tf.Tensor, tf.Tensor];
    const bound = upper
      .add(lower.sub(upper).mul(rank - above))
      .maximum(1)
      .reshape([-1, 1, 1, 1]);
    return clean.minimum(bound).maximum(bound.neg()).div(bound);
  });
}
