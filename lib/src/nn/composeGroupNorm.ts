import { tf } from "../runtime";
import { withGradient } from "./withGradient";

/** What both ways of group normalisation are told. */
export interface GroupNormSettings {
  groups: number;
  epsilon: number;
  /** Whether SiLU follows. */
  silu: boolean;
}

/**
 * Group normalisation of TensorFlow's ops, for a GPU and as the reference of the kernel.
 *
 * With m and r the mean and the inverse deviation of a group, it is one multiply-add y = A x + B with A = r w and
 * B = b - m r w for each image and channel, and so is its gradient; what needs a sum over the image is found from the sums of
 * x, x^2, dy and x dy alone. Both passes are written out by hand for that.
 * @param x [batch, height, width, channels]. @param weight [channels]. @param bias [channels].
 */
export function composeGroupNorm(
  x: tf.Tensor4D,
  weight: tf.Tensor,
  bias: tf.Tensor,
  { groups, epsilon, silu }: GroupNormSettings,
): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const members = channels / groups;
  const pixels = height * width;
  const flat: [number, number, number] = [batch, pixels, channels];
  const broad: [number, number, number] = [batch, 1, channels];
  return tf.tidy(() =>
    withGradient([x, weight, bias], (save) => {
      const values = x.reshape(flat);
      // From the sums over the image of each channel to the mean over its group: one product with a constant.
      const sameGroup = (i: number) =>
        Math.floor(Math.floor(i / channels) / members) === Math.floor((i % channels) / members);
      const shares = Float32Array.from({ length: channels ** 2 }, (_, i) =>
        sameGroup(i) ? 1 / (pixels * members) : 0,
      );
      const average = tf.tensor2d(shares, [channels, channels]);
      const mean = values.sum<tf.Tensor2D>(1).matMul(average);
      const squares = values.square().sum<tf.Tensor2D>(1).matMul(average);
      const inverse = squares.sub(mean.square()).relu().add(epsilon).rsqrt();
      const scale = inverse.mul(weight);
      const shift = tf.sub(bias, mean.mul(scale));
      const normal = values.mul(scale.reshape(broad)).add(shift.reshape(broad));
      const gate = silu ? normal.sigmoid() : undefined;
      const result = gate ? normal.mul(gate) : normal;
      save([values, weight, mean, inverse, scale, average, ...(gate ? [normal, gate, result] : [])]);
      const gradient = (dy: tf.Tensor, saved: tf.Tensor[]) => {
        const [kept, w, m, r, a, average] = saved as [
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor,
          tf.Tensor2D,
        ];
        const [y, s, z] = saved.slice(6);
        const upper = dy.reshape(flat);
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
      };
      return { value: result.reshape(x.shape), gradient };
    }),
  );
}
