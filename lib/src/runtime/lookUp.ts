import { nativeTypes, runNative, tf } from "./backend";

/**
 * The entries of a table at given places; may stand in a recorded step, where tfjs's `gather` cannot, for it reads
 * the places in JavaScript. Not differentiated.
 * @param table [entries]. @param places int32, any shape, which is the result's.
 * @throws Error from TensorFlow when a place is not in the table.
 */
export function lookUp(table: tf.Tensor1D, places: tf.Tensor): tf.Tensor {
  const attributes = [
    { name: "Tparams", kind: "type", value: nativeTypes.float32 },
    { name: "Tindices", kind: "type", value: nativeTypes.int32 },
    { name: "Taxis", kind: "type", value: nativeTypes.int32 },
    { name: "batch_dims", kind: "int", value: 0 },
  ] as const;
  return tf.tidy(() => runNative("GatherV2", attributes, [table, places, tf.scalar(0, "int32")], 1)[0] as tf.Tensor);
}
