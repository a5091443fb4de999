import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, test } from "node:test";
import {
  batchNorm,
  convolve,
  groupNorm,
  leakyRelu,
  type Parameters,
  reflectionPad,
  selfAttention,
  silu,
  upsampleTwice,
} from "../../src/nn";
import { readCheckpoint, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

type Layer = (x: tf.Tensor4D, parameters: Parameters) => tf.Tensor4D;

// Outputs and gradients of PyTorch in float64 on images of 7x5 pixels: scripts/bench/goldens.py.
const goldens = readCheckpoint(join(__dirname, "..", "fixtures", "layers.safetensors")).tensors;

const layers: Record<string, Layer> = {
  groupNorm: (x, p) => groupNorm(p, "l", x, { groups: 3 }),
  groupNormSilu: (x, p) => groupNorm(p, "l", x, { groups: 3, activation: "silu" }),
  batchNorm: (x, p) => batchNorm(p, "l", x),
  reflectionPad: (x) => reflectionPad(x, 2),
  bilinear: (x) => upsampleTwice(x, "bilinear"),
  nearest: (x) => upsampleTwice(x, "nearest"),
  silu: (x) => silu(x),
  leakyRelu: (x) => leakyRelu(x, 0.2),
  zeroConvolution1: (x, p) => convolve(p, "l", x),
  zeroConvolution2: (x, p) => convolve(p, "l", x, { stride: 2 }),
  reflectConvolution1: (x, p) => convolve(p, "l", x, { padding: "reflection" }),
  reflectConvolution2: (x, p) => convolve(p, "l", x, { stride: 2, padding: "reflection" }),
  selfAttention1: (x, p) => selfAttention(p, "l", x, { groups: 2 }),
  selfAttention2: (x, p) => selfAttention(p, "l", x, { groups: 2, heads: 2 }),
};

/** The largest absolute difference or value. */
function largest(actual: tf.Tensor, expected?: tf.Tensor): number {
  return tf.tidy(() => (expected ? actual.sub(expected) : actual).abs().max().dataSync()[0] as number);
}

describe("layers equal PyTorch's, forward and backward", () => {
  for (const [name, layer] of Object.entries(layers)) {
    test(name, () =>
      assertNoLeak(() => {
        const golden = (key: string) => goldens[`${name}.${key}`] as tf.Tensor;
        const keys = Object.keys(goldens)
          .filter((key) => key.startsWith(`${name}.`))
          .map((key) => key.slice(name.length + 1));
        const weights = keys.filter((key) => key.endsWith("weight") || key.endsWith("bias"));
        const parameters: Parameters = Object.fromEntries(
          weights.filter((key) => !key.startsWith("grad.")).map((key) => [`l.${key}`, tf.variable(golden(key))]),
        );
        const x = tf.variable(golden("x")) as tf.Variable<tf.Rank.R4>;
        tf.tidy(() => {
          let output: tf.Tensor | undefined;
          const { grads } = tf.variableGrads(() => {
            output = tf.keep(layer(x, parameters));
            return output.mul(golden("upper")).sum();
          });
          assert.deepEqual(output?.shape, golden("output").shape);
          const forward = largest(output as tf.Tensor, golden("output")) / largest(golden("output"));
          assert.ok(forward < 2e-6, `output: relative error ${forward}`);
          output?.dispose();
          // Some gradients are zero but for rounding: all are held against the largest of the layer.
          const scale = Math.max(...keys.filter((key) => key.startsWith("grad.")).map((key) => largest(golden(key))));
          for (const [key, variable] of Object.entries({ "l.x": x, ...parameters })) {
            const found = grads[variable.name] as tf.Tensor;
            const expected = golden(`grad.${key.slice(2)}`);
            assert.deepEqual(found.shape, expected.shape);
            const error = largest(found, expected) / scale;
            assert.ok(error < 1e-5, `gradient of ${key}: relative error ${error}`);
          }
        });
        tf.dispose([x, ...Object.values(parameters)]);
      }),
    );
  }

  test("every golden layer is tested", () => {
    const names = new Set(Object.keys(goldens).map((key) => key.split(".")[0]));
    assert.deepEqual([...names].sort(), Object.keys(layers).sort());
  });
});
