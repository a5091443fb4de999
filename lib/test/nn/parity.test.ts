import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { createUnet, linearSchedule, trainDdpm } from "../../src/ddpm";
import { createSkipNetwork, fitDip } from "../../src/dip";
import { exportWeights, type Parameters } from "../../src/nn";
import { type Engine, openStream, tf } from "../../src/runtime";
import { assertNoLeak, range } from "../helpers";

// Losses of PyTorch on the same weights, noise and times, in both precisions: npm run bench -- --parity.
const file = join(__dirname, "..", "fixtures", "trainingLosses.json");
const expected = JSON.parse(readFileSync(file, "utf8")) as Record<string, { float32: number[]; float64: number[] }>;

const relative = (a: number[], b: number[]) => Math.max(...a.map((value, i) => Math.abs(value / (b[i] as number) - 1)));

function dipLosses(learningRate: number, engine: Engine): number[] {
  const network = createSkipNetwork({ filters: [32, 32, 32, 32] }, 1);
  const target = openStream(1, "data").uniform([1, 64, 64, 3], 0, 1) as tf.Tensor4D;
  const losses = Array.from(fitDip(network, target, { iterations: 20, learningRate, engine }), ({ loss }) => loss);
  network.dispose();
  target.dispose();
  return losses;
}

function ddpmLosses(engine: Engine): number[] {
  const network = createUnet({}, 1);
  const images = () => openStream(1, "data").uniform([4, 32, 32, 3], 0, 1) as tf.Tensor4D;
  const training = trainDdpm(network, linearSchedule(), images, { steps: 20, engine });
  const losses = Array.from(training, ({ loss }) => loss);
  network.dispose();
  return losses;
}

describe("twenty training steps equal PyTorch's", () => {
  for (const engine of ["recorded", "eager"] as const) {
    test(`DDPM, ${engine}`, () =>
      assertNoLeak(() => {
        const { float32 } = expected["DDPM base 32, 32x32, batch 4"] as { float32: number[] };
        assert.ok(relative(ddpmLosses(engine), float32) < 1e-5);
      }));

    // Adam's first steps follow the signs of the gradients, so rounding grows from step to step, in PyTorch as well:
    // there is nothing to agree on beyond how far its own two precisions are apart. Scales between two batch norms have no
    // gradient at first but its rounding, which our convolutions have more of: their first steps may go the other way.
    for (const [name, rate, second] of [
      ["DIP [32]x4, 64x64, Adam at 0.01", 0.01, 1e-3],
      ["DIP [32]x4, 64x64, Adam at 0.0001", 1e-4, 2e-5],
    ] as const) {
      test(`${name}, ${engine}`, () =>
        assertNoLeak(() => {
          const { float32, float64 } = expected[name] as { float32: number[]; float64: number[] };
          const losses = dipLosses(rate, engine);
          assert.ok(relative(losses.slice(0, 1), float32.slice(0, 1)) < 1e-6, `first step: ${losses}`);
          assert.ok(relative(losses.slice(1, 2), float32.slice(1, 2)) < second, `second step: ${losses}`);
          assert.ok(relative(losses, float64) < 3 * relative(float32, float64), `all steps: ${losses}`);
        }));
    }
  }
});

test("weights go out in PyTorch's layout", () =>
  assertNoLeak(() => {
    const parameters: Parameters = tf.tidy(() => ({
      "c.weight": tf.variable(tf.tensor4d(range(36), [3, 3, 2, 2])),
      "l.weight": tf.variable(tf.tensor2d(range(6), [2, 3])),
      "l.bias": tf.variable(tf.tensor1d([1, 2, 3])),
    }));
    const exported = exportWeights(parameters);
    // numpy.arange(36).reshape(3, 3, 2, 2).transpose(3, 2, 0, 1)[0, 1]
    const kernel = tf.tidy(() => (exported["c.weight"] as tf.Tensor4D).slice([0, 1], [1, 1]).flatten().arraySync());
    assert.deepEqual(kernel, [2, 6, 10, 14, 18, 22, 26, 30, 34]);
    assert.deepEqual(exported["l.weight"]?.shape, [3, 2]);
    assert.deepEqual(exported["l.bias"]?.dataSync(), Float32Array.of(1, 2, 3));
    tf.dispose([exported, ...Object.values(parameters)]);
  }));
