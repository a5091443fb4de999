import { runNative, tf } from "./backend";

/**
 * The entries of a table at given places; may stand in a recorded step, where tfjs's `gather` cannot, for it reads
 * the places in JavaScript. Not differentiated.
 * @param table [entries]. @param places int32, any shape, which is the result's.
 * @throws Error from TensorFlow when a place is not in the table.
 */
export function lookUp(table: tf.Tensor1D, places: tf.Tensor): tf.Tensor {
  const attributes = {
    type: { Tparams: "float32", Tindices: "int32", Taxis: "int32" },
    int: { batch_dims: 0 },
  } as const;
  return tf.tidy(() => runNative("GatherV2", attributes, [table, places, tf.scalar(0, "int32")], 1)[0] as tf.Tensor);
}
