import { tf } from "../runtime";
import type { Parameters } from "./parameters";

/*
 * PyTorch keeps the same numbers in another order: a convolution's weight as [out, in, kernel, kernel] for
 * [kernel, kernel, in, out] here, a linear layer's as [out, in] for [in, out]. Names are the same.
 */
const toPyTorch: Record<number, number[]> = { 4: [3, 2, 0, 1], 2: [1, 0] };

/** Parameters as PyTorch lays them out, for a checkpoint that its `load_state_dict` takes. The caller owns them. */
export function exportWeights(parameters: Parameters): Record<string, tf.Tensor> {
  const lay = (variable: tf.Variable) => {
    const order = toPyTorch[variable.rank];
    return order ? tf.transpose(variable, order) : variable.clone();
  };
  return Object.fromEntries(Object.entries(parameters).map(([name, variable]) => [name, lay(variable)]));
}
