import assert from "node:assert/strict";
import { test } from "node:test";
import {
  createBlur,
  createDownsampling,
  createIdentity,
  createMasking,
  drawPixelMask,
  type LinearOperator,
} from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const draw = (seed: number, shape: [number, number, number, number]) =>
  openStream(seed, "data").normal(shape) as tf.Tensor4D;
const inner = (a: tf.Tensor, b: tf.Tensor) => a.mul(b).sum().dataSync()[0] as number;

const operators: Record<string, () => LinearOperator> = {
  identity: createIdentity,
  blur: () => createBlur([8, 12], 1.2),
  masking: () => {
    const mask = drawPixelMask(8, 12, 0.4, openStream(1, "data"));
    const operator = createMasking(mask);
    mask.dispose();
    return operator;
  },
  ...Object.fromEntries([2, 4].map((factor) => [`downsampling x${factor}`, () => createDownsampling([8, 12], factor)])),
};
for (const [name, create] of Object.entries(operators)) {
  test(`${name}: the way back is the Moore-Penrose inverse, and the gradient is the adjoint`, () =>
    assertNoLeak(() => {
      const operator = create();
      tf.tidy(() => {
        const [x, u] = [draw(1, [1, 8, 12, 3]), draw(2, [1, 8, 12, 3])];
        const y = operator.measure(x);
        const back = operator.backProject(y);
        // A A+ A = A, A+ A A+ = A+, and A+ A is symmetric.
        assertClose(operator.measure(back).dataSync(), y.dataSync(), 2e-5);
        assertClose(operator.backProject(operator.measure(back)).dataSync(), back.dataSync(), 2e-5);
        const symmetric = [inner(back, u), inner(x, operator.backProject(operator.measure(u)))] as const;
        assertClose([symmetric[0]], [symmetric[1]], 1e-3);
        const v = draw(3, y.shape);
        const gradient = tf.grad((image) =>
          operator
            .measure(image as tf.Tensor4D)
            .mul(v)
            .sum(),
        )(x);
        assertClose([inner(gradient, u)], [inner(operator.measure(u), v)], 1e-3);
      });
      operator.dispose();
    }));
}

test("a blur is a Gaussian's away from the edges, but for what its small singular values carry, and nearly keeps a flat image", () => {
  const deviation = 1.6;
  const operator = createBlur([64, 64], deviation);
  const flat = tf.fill([1, 64, 64, 1], 0.4) as tf.Tensor4D;
  assertClose(operator.measure(flat).dataSync(), flat.dataSync(), 1e-3);
  const at = 32;
  const point = tf.oneHot(at * 64 + at, 64 * 64).reshape([1, 64, 64, 1]) as tf.Tensor4D;
  const seen = operator.measure(point).dataSync();
  for (const [row, column] of [
    [0, 0],
    [1, 2],
    [3, 3],
  ] as const) {
    const wanted = Math.exp(-(row ** 2 + column ** 2) / (2 * deviation ** 2)) / (2 * Math.PI * deviation ** 2);
    assertClose([seen[(at + row) * 64 + at + column] as number], [wanted], 2e-3);
  }
  // Without the small singular values no y is enlarged more than 1 / 0.03 times along each side.
  const y = draw(4, [1, 64, 64, 1]);
  const [before, after] = [y, operator.backProject(y)].map((image) => image.norm().dataSync()[0] as number) as [
    number,
    number,
  ];
  assert.ok(after > before && after < before / 0.03 ** 2, `${before} to ${after}`);
  assert.throws(() => createBlur([8, 8], 0), /deviation: got 0/);
});
