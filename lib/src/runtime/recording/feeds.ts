import { tf } from "../backend";
import type { StepInput } from "./graph";

/** A value to feed: a tensor, or a number for a scalar. */
export type Feed = tf.Tensor | number;

/**
 * Holds what is fed against what a step named as its inputs, and makes tensors of numbers.
 * @throws RangeError naming the step, the input, what it got and what it wants.
 */
export function checkFeeds(
  step: string,
  inputs: Readonly<Record<string, StepInput>>,
  feeds: Readonly<Record<string, Feed>>,
): Record<string, tf.Tensor> {
  const unknown = Object.keys(feeds).find((name) => !Object.hasOwn(inputs, name));
  if (unknown !== undefined) {
    throw new RangeError(`${step}: no input "${unknown}", want ${Object.keys(inputs).join(", ")}`);
  }
  let batch: number | undefined;
  const check = (name: string, { shape, dtype = "float32" }: StepInput): tf.Tensor => {
    const feed = feeds[name];
    if (feed === undefined) throw new RangeError(`${step}: the input "${name}" is missing`);
    if (typeof feed === "number" && dtype === "int32" && !Number.isInteger(feed)) {
      throw new RangeError(`${step}: got "${name}" as ${feed}, want a whole number`);
    }
    const tensor = typeof feed === "number" ? tf.scalar(feed, dtype) : feed;
    if (shape[0] === null) batch ??= tensor.shape[0];
    const wanted = shape.map((extent) => extent ?? batch);
    if (tensor.dtype !== dtype || tensor.shape.join() !== wanted.join()) {
      const [got, want] = [tensor.shape, wanted.map((extent) => extent ?? "batch")].map((list) => list.join(", "));
      throw new RangeError(`${step}: got "${name}" as ${tensor.dtype} [${got}], want ${dtype} [${want}]`);
    }
    return tensor;
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, check(name, input)]));
}
