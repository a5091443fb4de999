import { tf } from "../runtime";
import { type Parameters, parameter } from "./parameters";

/** Options of group normalisation. */
export interface GroupNormOptions {
  groups?: number;
  epsilon?: number;
  /** Applied to the result, in the same pass. */
  activation?: "silu";
}

/**
 * Group normalisation (Wu & He 2018): each group of channels of each image to mean zero and variance one,
 * then a learned scale and shift a channel; then SiLU where asked for.
 *
 * TensorFlow has no op for it. With m and r the mean and the inverse deviation of a group, it is one multiply-add
 * y = A x + B with A = r w and B = b - m r w for each image and channel, and so is its gradient; what needs a sum over
 * the image is found from the sums of x, x^2, dy and x dy alone. Both passes are written out by hand for that.
 * @param x [batch, height, width, channels], channels divisible by `groups`.
 */
export function groupNorm(
  parameters: Parameters,
  name: string,
  x: tf.Tensor4D,
  { groups = 8, epsilon = 1e-5, activation }: GroupNormOptions = {},
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  if (channels % groups !== 0)
    throw new RangeError(`${name}: ${channels} channels do not divide into ${groups} groups`);
  const members = channels / groups;
  const pixels = height * width;
  const flat: [number, number, number] = [batch, pixels, channels];
  /** Mean over each group from its channels' sums over the image: [batch, 1, channels], repeated in the group. */
  const groupMean = (sums: tf.Tensor): tf.Tensor => {
    const means = sums
      .reshape([batch, groups, members])
      .sum(2, true)
      .div(pixels * members);
    return means.tile([1, 1, members]).reshape([batch, 1, channels]);
  };
  const normalise = tf.customGrad((input, weight, bias, save) => {
    const values = (input as tf.Tensor).reshape(flat);
    const mean = groupMean(values.sum(1));
    const inverse = groupMean(values.square().sum(1)).sub(mean.square()).relu().add(epsilon).rsqrt();
    const scale = inverse.mul(weight as tf.Tensor);
    const shift = tf.sub(bias as tf.Tensor, mean.mul(scale));
    const normal = values.mul(scale).add(shift);
    const gate = activation === "silu" ? normal.sigmoid() : undefined;
    const result = gate ? normal.mul(gate) : normal;
    (save as tf.GradSaveFunc)([
      values,
      weight as tf.Tensor,
      mean,
      inverse,
      scale,
      ...(gate ? [normal, gate, result] : []),
    ]);
    return {
      value: result.reshape(x.shape),
      gradFunc: (dy, saved) => {
        const [kept, w, m, r, a, ...rest] = saved as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor];
        const upper = (dy as tf.Tensor).reshape(flat);
        const [y, s, z] = rest as tf.Tensor[];
        // d(y s(y))/dy = s (1 + y - y s).
        const inner = y && s && z ? upper.mul(s).mul(y.sub(z).add(1)) : upper;
        const sums = inner.sum(1);
        const products = inner.mul(kept).sum(1);
        // Sum of dy times the normalised x.
        const aligned = products.sub(m.reshape([batch, channels]).mul(sums)).mul(r.reshape([batch, channels]));
        const first = groupMean(sums.mul(w));
        const second = groupMean(aligned.mul(w)).mul(r);
        const offset = second.mul(m).sub(first).mul(r);
        const dx = inner
          .mul(a)
          .sub(kept.mul(second.mul(r)))
          .add(offset);
        return [dx.reshape(x.shape), aligned.sum(0), sums.sum(0)];
      },
    };
  });
  return tf.tidy(
    () => normalise(x, parameter(parameters, `${name}.weight`), parameter(parameters, `${name}.bias`)) as tf.Tensor4D,
  );
}
