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
  const broad: [number, number, number] = [batch, 1, channels];
  /** From the sums over the image of each channel to the mean over its group: one product with a constant. */
  const averaging = () => {
    const sameGroup = (i: number) =>
      Math.floor(Math.floor(i / channels) / members) === Math.floor((i % channels) / members);
    const values = Float32Array.from({ length: channels ** 2 }, (_, i) => (sameGroup(i) ? 1 / (pixels * members) : 0));
    return tf.tensor2d(values, [channels, channels]);
  };
  const normalise = tf.customGrad((input, weight, bias, save) => {
    const values = (input as tf.Tensor).reshape(flat);
    const average = averaging();
    const mean = values.sum<tf.Tensor2D>(1).matMul(average);
    const inverse = values.square().sum<tf.Tensor2D>(1).matMul(average).sub(mean.square()).relu().add(epsilon).rsqrt();
    const scale = inverse.mul(weight as tf.Tensor);
    const shift = tf.sub(bias as tf.Tensor, mean.mul(scale));
    const normal = values.mul(scale.reshape(broad)).add(shift.reshape(broad));
    const gate = activation === "silu" ? normal.sigmoid() : undefined;
    const result = gate ? normal.mul(gate) : normal;
    (save as tf.GradSaveFunc)([
      values,
      weight as tf.Tensor,
      mean,
      inverse,
      scale,
      average,
      ...(gate ? [normal, gate, result] : []),
    ]);
    return {
      value: result.reshape(x.shape),
      gradFunc: (dy, saved) => {
        const [kept, w, m, r, a, average, ...rest] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor2D,
        ];
        const upper = (dy as tf.Tensor).reshape(flat);
        const [y, s, z] = rest as tf.Tensor[];
        // d(y s(y))/dy = s (1 + y - y s).
        const inner = y && s && z ? upper.mul(s).mul(y.sub(z).add(1)) : upper;
        const sums = inner.sum<tf.Tensor2D>(1);
        // Sum of dy times the normalised x.
        const aligned = inner.mul(kept).sum(1).sub(m.mul(sums)).mul(r);
        const first = sums.mul<tf.Tensor2D>(w).matMul(average);
        const second = aligned.mul<tf.Tensor2D>(w).matMul(average).mul(r);
        const offset = second.mul(m).sub(first).mul(r);
        const dx = inner
          .mul(a.reshape(broad))
          .sub(kept.mul(second.mul(r).reshape(broad)))
          .add(offset.reshape(broad));
        return [dx.reshape(x.shape), aligned.sum(0), sums.sum(0)];
      },
    };
  });
  return tf.tidy(
    () => normalise(x, parameter(parameters, `${name}.weight`), parameter(parameters, `${name}.bias`)) as tf.Tensor4D,
  );
}
