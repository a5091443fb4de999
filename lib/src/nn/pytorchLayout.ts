import { tf } from "../runtime";
import type { Parameters } from "./parameters";

/*
 * PyTorch keeps the same numbers in another order: a convolution's weight as [out, in, kernel, kernel] for
 * [kernel, kernel, in, out] here, a linear layer's as [out, in] for [in, out]. Names are the same.
 */
const toPyTorch: Record<number, number[]> = { 4: [3, 2, 0, 1], 2: [1, 0] };
const fromPyTorch: Record<number, number[]> = { 4: [2, 3, 1, 0], 2: [1, 0] };

/** Parameters as PyTorch lays them out, for a checkpoint that its `load_state_dict` takes. The caller owns them. */
export function exportWeights(parameters: Parameters): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, variable]) => [name, permute(variable, toPyTorch[variable.rank])]),
  );
}

/**
 * Assigns weights laid out as PyTorch's to the parameters of the same names.
 * @throws Error naming what is missing, unknown or of another shape; nothing is assigned then.
 */
export function importWeights(parameters: Parameters, tensors: Readonly<Record<string, tf.Tensor>>): void {
  const names = Object.keys(parameters);
  const missing = names.filter((name) => !(name in tensors));
  const unknown = Object.keys(tensors).filter((name) => !(name in parameters));
  if (missing.length > 0) throw new Error(`the weights lack ${missing.join(", ")}`);
  if (unknown.length > 0) throw new Error(`the network has no ${unknown.join(", ")}`);
  tf.tidy(() => {
    const values = names.map((name) => {
      const tensor = tensors[name] as tf.Tensor;
      const value = permute(tensor, fromPyTorch[tensor.rank]);
      const { shape } = parameters[name] as tf.Variable;
      if (value.shape.join() !== shape.join()) {
        throw new Error(`${name}: got [${value.shape.join(", ")}] in this layout, want [${shape.join(", ")}]`);
      }
      return value;
    });
    names.forEach((name, i) => {
      (parameters[name] as tf.Variable).assign(values[i] as tf.Tensor);
    });
  });
}

function permute(tensor: tf.Tensor, order: number[] | undefined): tf.Tensor {
  return order ? tf.transpose(tensor, order) : tensor.clone();
}
