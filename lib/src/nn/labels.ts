import { type RandomStream, tf } from "../runtime";
import { addParameter, type Parameters, parameter } from "./parameters";

/** Adds the embedding of each class and of none, [classes + 1, size], drawn from N(0, 0.02^2); nothing where there are no classes. */
export function addLabels(
  parameters: Parameters,
  { classes, size, random }: { classes: number; size: number; random: RandomStream },
): void {
  if (classes === 0) return;
  const drawn = tf.tidy(() =>
    random
      .child("classes")
      .normal([classes + 1, size])
      .mul(0.02),
  );
  addParameter(parameters, "classes.weight", drawn);
}

/**
 * An embedding with that of each image's label added, [batch, size]; as it is where there are no classes.
 * @param labels [batch]; where left out, the number past the last class, which stands for none, for each of `steps`.
 */
export function withLabels(
  parameters: Parameters,
  embedding: tf.Tensor2D,
  { classes, labels, steps }: { classes: number; labels: tf.Tensor1D | undefined; steps: tf.Tensor1D },
): tf.Tensor2D {
  if (classes === 0) return embedding;
  return tf.tidy(() => {
    const chosen = labels ?? (steps.mul(0).add(classes) as tf.Tensor1D);
    const rows = tf.oneHot(chosen.cast("int32"), classes + 1).cast("float32") as tf.Tensor2D;
    return embedding.add(rows.matMul(parameter(parameters, "classes.weight") as unknown as tf.Tensor2D));
  });
}
