import { type NativeAttributes, runNative, type tf } from "../runtime";
import { withGradient } from "./withGradient";

interface KernelOptions {
  attributes?: NativeAttributes;
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
  { attributes = {}, statistics }: KernelOptions = {},
): tf.Tensor4D {
  return withGradient(inputs, (save) => {
    const [value, ...beside] = runNative(name, attributes, [...inputs], 1 + (statistics ?? 0));
    if (statistics !== undefined) save([...inputs, ...beside]);
    const gradient = (dy: tf.Tensor, saved: tf.Tensor[]) =>
      runNative(`${name}Grad`, attributes, [...saved, dy], inputs.length);
    return { value: value as tf.Tensor, gradient };
  });
}
