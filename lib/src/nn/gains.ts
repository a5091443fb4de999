import { tf } from "../runtime";
import { type AdamOptions, adamRule } from "./adam";
import { createOptimizer, type Optimizer } from "./optimizer";
import type { Parameters } from "./parameters";

/**
 * Adam on one gain for each output channel of each convolution, which multiplies the kernel that there was: w = g w_0, g = 1 at first
 * (GainTuning, Mohan et al. 2021). Of the parameters the kernels alone move.
 * @throws RangeError when an option is out of range or no parameter is the kernel of a convolution.
 */
export function createGainAdam(parameters: Parameters, options: Omit<AdamOptions, "clipNorm"> = {}): Optimizer {
  const kernels = Object.fromEntries(Object.entries(parameters).filter(([, { rank }]) => rank === 4));
  if (Object.keys(kernels).length === 0) throw new RangeError("parameters: none is the kernel of a convolution");
  const over = (make: (kernel: tf.Variable) => tf.Tensor): Parameters =>
    Object.fromEntries(
      Object.entries(kernels).map(([name, kernel]) => [name, tf.tidy(() => tf.variable(make(kernel), false))]),
    );
  const [gains, first] = [over(({ shape }) => tf.ones([shape[3] as number])), over((kernel) => kernel)];
  const rule = adamRule(gains, options);
  const named = (of: Parameters, suffix: string) =>
    Object.fromEntries(Object.entries(of).map(([name, value]) => [`${name}.${suffix}`, value]));
  return createOptimizer(kernels, {
    state: { ...rule.state, ...named(gains, "gain"), ...named(first, "first") },
    prepare(iteration) {
      const move = rule.prepare(iteration);
      return (name, kernel, gradient) => {
        const [gain, unmoved] = [gains[name], first[name]] as [tf.Variable, tf.Variable];
        move(name, gain, gradient.mul(unmoved).sum([0, 1, 2]));
        kernel.assign(unmoved.mul(gain));
      };
    },
  });
}
