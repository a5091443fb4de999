import assert from "node:assert/strict";
import { test } from "node:test";
import { createMuon, orthogonalise } from "../../src/nn";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const draw = (shape: number[], seed: number) => openStream(seed, "noise").normal(shape);

test("a matrix keeps its singular vectors, and its singular values come near 1", () =>
  assertNoLeak(() =>
    tf.tidy(() => {
      // diag(1, 0.5, 0.1, 0.01) turned by two reflections I - 2 v v^T, which are their own inverses.
      const reflection = (seed: number) => {
        const v = draw([4, 1], seed);
        const unit = v.div(v.norm()) as tf.Tensor2D;
        return tf.sub(tf.eye(4), tf.matMul(unit, unit, false, true).mul(2)) as tf.Tensor2D;
      };
      const [left, right] = [reflection(1), reflection(2)];
      const spectrum = tf.diag(tf.tensor1d([1, 0.5, 0.1, 0.01])) as tf.Tensor2D;
      const turnedBack = tf.matMul(left, tf.matMul(orthogonalise(tf.matMul(left, tf.matMul(spectrum, right))), right));
      const values = turnedBack.arraySync() as number[][];
      values.forEach((row, i) => {
        row.forEach((value, j) => {
          if (i === j) assert.ok(value > (i < 3 ? 0.65 : 0.3) && value < 1.25, `singular value ${i}: ${value}`);
          else assert.ok(Math.abs(value) < 1e-3, `entry ${i}, ${j}: ${value}`);
        });
      });
    }),
  ));

// numpy, float64: X = [[1, 2], [3, 4], [5, 6]]; X /= norm; five times X = 3.4445 X + (2.0315 S S - 4.775 S) X, S = X X^T, X tall: of X^T.
const golden = [-0.467519, 0.573473, 0.072432, 0.409453, 0.612383, 0.245432];

test("a tall and a wide matrix give numpy's numbers", () =>
  tf.tidy(() => {
    const tall = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    assertClose(Array.from(orthogonalise(tall).dataSync()), golden, 1e-4);
    const wide = orthogonalise(tall.transpose()).transpose();
    assertClose(Array.from(wide.dataSync()), golden, 1e-4);
  }));

test("inner kernels move by 0.2 sqrt(max side) times the rate, everything else by Adam, and nothing leaks", () =>
  assertNoLeak(() => {
    const parameters = Object.fromEntries(
      (
        [
          ["down.0.weight", [1, 1, 8, 4]],
          ["down.0.bias", [4]],
          ["input.weight", [1, 1, 8, 4]],
        ] as const
      ).map(([name, shape]) => [name, tf.tidy(() => tf.variable(draw([...shape], 3)))]),
    );
    const before = Object.fromEntries(
      Object.entries(parameters).map(([name, value]) => [name, value.dataSync().slice()]),
    );
    const optimizer = createMuon(parameters, { learningRate: 0.01 });
    const gradients = Object.fromEntries(Object.entries(parameters).map(([name, { shape }]) => [name, draw(shape, 4)]));
    // The gradient of a sum of products is the other factor.
    const loss = () =>
      tf.addN(Object.entries(parameters).map(([name, value]) => value.mul(gradients[name] as tf.Tensor).sum()));
    optimizer.minimize(() => ({ loss: loss() as tf.Scalar }), 1).loss.dispose();
    const moved = (name: string) =>
      Array.from((parameters[name] as tf.Variable).dataSync(), (value, i) => value - (before[name]?.[i] as number));
    // Adam's first step is the rate against the gradient's sign.
    for (const name of ["down.0.bias", "input.weight"]) {
      const signs = Array.from((gradients[name] as tf.Tensor).dataSync(), (value) => -0.01 * Math.sign(value));
      assertClose(moved(name), signs, 1e-3);
    }
    const square = moved("down.0.weight").reduce((sum, value) => sum + value ** 2, 0);
    // Four singular values between 0.7 and 1.2, times 0.2 sqrt(8) and the rate.
    const size = Math.sqrt(square / 4) / (0.01 * 0.2 * Math.sqrt(8));
    assert.ok(size > 0.65 && size < 1.25, `${size}`);
    optimizer.dispose();
    tf.dispose([parameters, gradients]);
  }));

test("options out of range are named", () => {
  assert.throws(() => createMuon({}, { learningRate: 0 }), /learningRate: got 0/);
});
