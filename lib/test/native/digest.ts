import { createHash } from "node:crypto";
import { batchNorm, convolve, filmSilu, groupNorm, type Parameters, reflectionPad, upsampleTwice } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";

/*
 * Run by a test as a process of its own, for TensorFlow settles its threads once a process: prints a digest of what the layers
 * make, forward and back.
 */
const stream = openStream(9, "data");
const draw = (shape: number[], index: number) => tf.variable(stream.normal(shape, index));
const parameters: Parameters = { "n.weight": draw([24], 1), "n.bias": draw([24], 2) };
const weights: Parameters = { "c.weight": draw([3, 3, 24, 20], 3), "c.bias": draw([20], 5) };
const told = draw([3, 24], 4) as tf.Tensor as tf.Tensor2D;
const x = tf.variable(stream.normal([3, 40, 30, 24]) as tf.Tensor4D);
const layers = [
  (input: tf.Tensor4D) => groupNorm(parameters, "n", input, { activation: "silu" }),
  (input: tf.Tensor4D) => batchNorm(parameters, "n", input, { slope: 0.2, margin: 1 }),
  (input: tf.Tensor4D) => reflectionPad(input, 2),
  (input: tf.Tensor4D) => upsampleTwice(input, "bilinear"),
  (input: tf.Tensor4D) => convolve(weights, "c", input),
  (input: tf.Tensor4D) => filmSilu(input, { bias: parameters["n.bias"] as tf.Tensor, scale: told, shift: told }),
];
const hash = createHash("sha256");
hash.update(stream.normal([40_000], tf.scalar(3, "int32")).dataSync());
for (const layer of layers) {
  hash.update(layer(x as unknown as tf.Tensor4D).dataSync());
  const { grads } = tf.variableGrads(() =>
    layer(x as unknown as tf.Tensor4D)
      .square()
      .mean(),
  );
  for (const gradient of Object.values(grads)) hash.update(gradient.dataSync());
}
console.log(hash.digest("hex"));
