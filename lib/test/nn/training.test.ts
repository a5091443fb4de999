import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  averageImages,
  averageWeights,
  clipByGlobalNorm,
  cosineDecay,
  createAdam,
  linearRate,
  type Optimizer,
  type Parameters,
} from "../../src/nn";
import { defineStep, type Engine, record, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, disposeAll } from "../helpers";

const engines: Engine[] = ["recorded", "eager"];
const openParameters = (): Parameters => ({ q: tf.tidy(() => tf.variable(tf.tensor1d([1, -2, 3]))) });
const lossOf = ({ q }: Parameters) => tf.tidy(() => (q as tf.Variable).square().mul([1, 2, 0.5]).sum() as tf.Scalar);

/** The parameters after three steps on (q^2 [1, 2, .5]).sum() from q = [1, -2, 3]. */
function threeSteps(engine: Engine, create: (parameters: Parameters) => Optimizer): number[] {
  const parameters = openParameters();
  const optimizer = create(parameters);
  const step = defineStep({ iteration: { shape: [] } }, ({ iteration }) =>
    optimizer.minimize(() => ({ loss: lossOf(parameters) }), iteration as tf.Scalar),
  );
  const recording = record({ step }, { engine });
  for (const iteration of [1, 2, 3]) recording.run("step", { iteration }).loss.dispose();
  recording.read();
  const values = Array.from((parameters.q as tf.Variable).dataSync());
  disposeAll(recording, optimizer, parameters.q as tf.Variable);
  return values;
}

describe("three steps equal PyTorch's", () => {
  // torch.optim (the last two: its formulas) in float64, with the options that stand here under PyTorch's names.
  const cases: Record<string, [(parameters: Parameters) => Optimizer, number[]]> = {
    "Adam(lr=.1)": [(p) => createAdam(p, { learningRate: 0.1 }), [0.7015863, -1.7006234, 2.7003815]],
    "Adam(lr=.1) after clip_grad_norm_(1)": [
      (p) => createAdam(p, { learningRate: 0.1, clipNorm: 1 }),
      [0.7006913, -1.6999949, 2.6998389],
    ],
    "Adam(lr=.1) by ExponentialLR(gamma=.5)": [
      (p) => createAdam(p, { learningRate: (iteration) => tf.div(0.2, tf.pow(2, iteration)) as tf.Scalar }),
      [0.8254043, -1.8251639, 2.8251014],
    ],
  };
  for (const [name, [create, expected]] of Object.entries(cases)) {
    for (const engine of engines) {
      test(`${name}, ${engine}`, () => assertNoLeak(() => assertClose(threeSteps(engine, create), expected, 4e-6)));
    }
  }
});

test("cosine decay rises over the warm-up, peaks, and ends at its last share", () => {
  const rate = cosineDecay({ peak: 0.2, warmup: 10, steps: 110, last: 0.1 });
  const at = (iteration: number) => tf.tidy(() => rate(tf.scalar(iteration)).dataSync()[0] as number);
  assertClose([at(5), at(10), at(60), at(110), at(500)], [0.1, 0.2, 0.11, 0.02, 0.02], 1e-6);
  assert.throws(() => cosineDecay({ peak: 0, steps: 5 }), /peak: got 0/);
  assert.throws(() => cosineDecay({ peak: 1, warmup: 5, steps: 5 }), /warmup: got 5, want a number in \[0, 5\)/);
});

test("a rate along a line has its ends, and refuses what is none", () => {
  const rate = linearRate({ first: 0.1, last: 0.5, steps: 101 });
  const at = (iteration: number) => tf.tidy(() => rate(tf.scalar(iteration)).dataSync()[0] as number);
  assertClose([at(1), at(51), at(101), at(900)], [0.1, 0.3, 0.5, 0.5], 1e-6);
  assert.throws(() => linearRate({ first: 0, last: 1, steps: 5 }), /first: got 0/);
  assert.throws(() => linearRate({ first: 1, last: 1, steps: 1 }), /steps: got 1/);
});

test("clipping keeps directions, and leaves small gradients alone", () =>
  assertNoLeak(() => {
    const gradients = { a: tf.tensor1d([3, 0]), b: tf.tensor1d([4]) };
    const clipped = clipByGlobalNorm(gradients, 1);
    assertClose([...(clipped.a as tf.Tensor).dataSync(), ...(clipped.b as tf.Tensor).dataSync()], [0.6, 0, 0.8], 1e-6);
    const kept = clipByGlobalNorm(gradients, 10);
    assertClose((kept.b as tf.Tensor).dataSync(), [4], 0);
    tf.dispose([gradients, clipped, kept]);
  }));

test("a parameter that the loss does not depend on stays as it is", () => {
  const parameters: Parameters = { ...openParameters(), idle: tf.tidy(() => tf.variable(tf.scalar(5))) };
  const optimizer = createAdam(parameters);
  optimizer.minimize(() => ({ loss: lossOf(parameters) }), 1);
  assertClose((parameters.idle as tf.Variable).dataSync(), [5], 0);
});

test("options out of range are refused", () => {
  assert.throws(() => createAdam({}, { learningRate: 0 }), /learningRate: got 0, want a number above 0/);
  assert.throws(() => createAdam({}, { beta2: 1 }), /beta2: got 1, want a number in \[0, 1\)/);
  assert.throws(() => createAdam({}, { clipNorm: 0 }), /clipNorm: got 0, want a number above 0/);
  assert.throws(() => averageImages([1, 1, 1, 1], 1), /decay: got 1, want a number in \[0, 1\)/);
});

test("the average of images is 0.9 old + 0.1 new, started at the first", () =>
  assertNoLeak(() => {
    for (const engine of engines) {
      const average = averageImages([1, 1, 1, 1], 0.9);
      const step = defineStep({ image: { shape: [1, 1, 1, 1] }, iteration: { shape: [] } }, ({ image, iteration }) => ({
        mean: average.update(image as tf.Tensor4D, iteration as tf.Scalar),
      }));
      const recording = record({ step }, { engine });
      const found = [1, 2].map((value) =>
        tf.tidy(() => {
          const image = tf.fill([1, 1, 1, 1], value);
          return recording.run("step", { image, iteration: value }).mean.dataSync()[0] as number;
        }),
      );
      assertClose(found, [1, 1.1], 1e-6);
      recording.dispose();
      average.dispose();
    }
  }));

test("the average of weights follows them without touching them", () =>
  assertNoLeak(() => {
    const w = tf.tidy(() => tf.variable(tf.tensor1d([1])));
    const { average, update, dispose } = averageWeights({ w }, 0.5);
    tf.tidy(() => w.assign(tf.tensor1d([3])));
    update();
    assertClose((average.w as tf.Variable).dataSync(), [2], 1e-6);
    assertClose(w.dataSync(), [3], 0);
    dispose();
    w.dispose();
  }));
