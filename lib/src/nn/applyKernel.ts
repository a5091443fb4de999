import { type NativeAttribute, runNative, tf } from "../runtime";

interface KernelOptions {
  attributes?: readonly NativeAttribute[];
  /** How many tensors it gives beside its result. Where it is given the gradient's kernel gets all inputs and these before dy, else dy alone. */
  statistics?: number;
}

/**
 * Runs a kernel of `lib/src/native` as an op that has a gradient: that of its name followed by "Grad", with the same attributes and
 * as many results as the kernel has inputs.
 * @returns the kernel's first result.
 */
export function applyKernel(
  name: string,
  inputs: readonly tf.Tensor[],
  { attributes = [], statistics }: KernelOptions = {},
): tf.Tensor4D {
  const run = tf.customGrad((...given) => {
    const own = given.slice(0, inputs.length) as tf.Tensor[];
    const save = given[inputs.length] as unknown as tf.GradSaveFunc;
    const [value, ...beside] = runNative(name, attributes, own, 1 + (statistics ?? 0));
    if (statistics !== undefined) save([...own, ...beside]);
    return {
      value: value as tf.Tensor,
      gradFunc: (dy, saved) => runNative(`${name}Grad`, attributes, [...saved, dy as tf.Tensor], inputs.length),
    };
  });
  return run(...inputs) as tf.Tensor4D;
}
