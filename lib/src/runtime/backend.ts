import "./loadTensorflow";
import * as tf from "@tensorflow/tfjs-node-gpu";
import type { TensorMetadata, TFEOpAttr, TFJSBinding } from "@tensorflow/tfjs-node-gpu/dist/tfjs_binding";
import { whyOf } from "./whyOf";

export { tf };

/** Attributes of an op, by their kind and their name; a type by its name in tfjs, or by its number in TensorFlow. */
export interface NativeAttributes {
  type?: Readonly<Record<string, tf.DataType | number>>;
  int?: Readonly<Record<string, number>>;
  float?: Readonly<Record<string, number>>;
  bool?: Readonly<Record<string, boolean>>;
  string?: Readonly<Record<string, string>>;
  shape?: Readonly<Record<string, number[]>>;
}

/** An attribute as the binding takes it: its name, the number of its kind, its value. */
export type BindingAttribute = TFEOpAttr;

/** The native functions under tfjs-node, and its numbers of types and attributes. */
export type NativeBinding = TFJSBinding;

/** The parts of tfjs-node's backend that this project builds on. */
export interface NativeBackend {
  binding: NativeBinding;
  readonly isUsingGpuDevice: boolean;
  /** Called for each tensor that is made from values in JavaScript. */
  move(dataId: object, values: tf.backend_util.BackendValues, ...rest: unknown[]): void;
  /** The binding's ids of tensors; uploads those that were not used yet. */
  getInputTensorIds(tensors: tf.Tensor[]): number[];
  /** A tensor of tfjs for one of the binding; it owns the latter. */
  createOutputTensor(handle: TensorMetadata): tf.Tensor;
  executeMultipleOutputs(op: string, attributes: BindingAttribute[], inputs: tf.Tensor[], count: number): tf.Tensor[];
}

/** TensorFlow's numbers for the types that this project uses (tensorflow/core/framework/types.proto). */
export const nativeTypes = { float32: 1, int32: 3, bool: 10 } as const;

export function nativeBackend(): NativeBackend {
  return tf.backend() as unknown as NativeBackend;
}

/** @throws Error for a type that this project does not use. */
export function encodeAttributes(attributes: NativeAttributes): BindingAttribute[] {
  const { binding } = nativeBackend();
  return Object.entries(attributes).flatMap(([kind, values]: [string, Record<string, BindingAttribute["value"]>]) =>
    Object.entries(values).map(([name, value]) => ({
      name,
      type: binding[`TF_ATTR_${kind.toUpperCase() as Uppercase<keyof NativeAttributes>}`],
      value: kind === "type" ? numberOfType(value as tf.DataType | number) : value,
    })),
  );
}

function numberOfType(dtype: tf.DataType | number): number {
  const value = typeof dtype === "number" ? dtype : nativeTypes[dtype as keyof typeof nativeTypes];
  if (value === undefined) throw new Error(`a step cannot hold a tensor of type ${dtype}`);
  return value;
}

/**
 * Runs any TensorFlow op by its registered name, such as `FusedBatchNormV3`, beyond those that tfjs wraps.
 * The result is not differentiated: wrap the call in `tf.customGrad` with its gradient.
 * @param count of its outputs. @returns the outputs, owned by the caller (or by the `tf.tidy` around the call).
 * @throws Error from TensorFlow, prefixed with the op's name, when the op refuses its inputs.
 */
export function runNative(op: string, attributes: NativeAttributes, inputs: tf.Tensor[], count: number): tf.Tensor[] {
  try {
    return nativeBackend().executeMultipleOutputs(op, encodeAttributes(attributes), inputs, count);
  } catch (error) {
    throw new Error(`TensorFlow op ${op} failed: ${whyOf(error)}`);
  }
}

/** The version of the TensorFlow library that is loaded, such as "2.21.0". */
export function tensorflowVersion(): string {
  return nativeBackend().binding.TF_Version;
}

/** Whether TensorFlow sees an NVIDIA GPU. */
export function usesGpu(): boolean {
  return nativeBackend().isUsingGpuDevice;
}
