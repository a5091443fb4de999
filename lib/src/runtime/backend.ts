import "./loadTensorflow";
import * as tf from "@tensorflow/tfjs-node-gpu";

export { tf };

/** An attribute of a TensorFlow op: its name, its kind and its value. */
export interface NativeAttribute {
  name: string;
  kind: "type" | "int" | "float" | "bool" | "string" | "shape" | "ints" | "floats";
  value: number | boolean | string | number[];
}

interface NativeBackend {
  binding: Record<string, number>;
  executeMultipleOutputs(
    op: string,
    attributes: { name: string; type: number; value: unknown }[],
    inputs: tf.Tensor[],
    outputCount: number,
  ): tf.Tensor[];
}

const attributeConstants = {
  type: "TF_ATTR_TYPE",
  int: "TF_ATTR_INT",
  float: "TF_ATTR_FLOAT",
  bool: "TF_ATTR_BOOL",
  string: "TF_ATTR_STRING",
  shape: "TF_ATTR_SHAPE",
  ints: "TF_ATTR_INT",
  floats: "TF_ATTR_FLOAT",
} as const;

/** TensorFlow's numbers for the two types that this project computes in (tensorflow/core/framework/types.proto). */
export const nativeTypes = { float32: 1, int32: 3 } as const;

function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/**
 * Runs any TensorFlow op by its name, beyond those that tfjs wraps.
 * The result is not differentiated: wrap the call in `tf.customGrad` with its gradient.
 * @param op the registered name, such as `FusedBatchNormV3`.
 * @param outputCount how many outputs the op has.
 * @returns the outputs, owned by the caller (or by the `tf.tidy` around the call).
 * @throws Error from TensorFlow, prefixed with the op's name, when the op refuses its inputs.
 */
export function runNative(
  op: string,
  attributes: NativeAttribute[],
  inputs: tf.Tensor[],
  outputCount: number,
): tf.Tensor[] {
  const backend = nativeBackend();
  const encoded = attributes.map(({ name, kind, value }) => {
    const type = backend.binding[attributeConstants[kind]];
    if (type === undefined) throw new Error(`${op}: the binding knows no attribute kind "${kind}"`);
    return { name, type, value };
  });
  try {
    return backend.executeMultipleOutputs(op, encoded, inputs, outputCount);
  } catch (error) {
    throw new Error(`TensorFlow op ${op} failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The version of the TensorFlow library that is loaded, such as "2.21.0". */
export function tensorflowVersion(): string {
  return String((nativeBackend().binding as Record<string, unknown>).TF_Version);
}

/** Whether TensorFlow sees an NVIDIA GPU. */
export function usesGpu(): boolean {
  return Boolean((tf.backend() as unknown as { isUsingGpuDevice?: boolean }).isUsingGpuDevice);
}
