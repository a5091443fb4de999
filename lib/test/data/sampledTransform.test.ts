import assert from "node:assert/strict";
import { test } from "node:test";
import { createSampledTransform, drawFrequencyMask, drawPixelMask, sampledTransforms } from "../../src/data";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, drawRamp } from "../helpers";

type Shape = [number, number, number, number];
const draw = (seed: number, shape: Shape) => openStream(seed, "data").normal(shape) as tf.Tensor4D;
const inner = (a: tf.Tensor, b: tf.Tensor) => a.mul(b).sum().dataSync()[0] as number;
const open = (mask: tf.Tensor4D, kind: (typeof sampledTransforms)[number]) => {
  const operator = createSampledTransform(mask, kind, openStream(1, "data", "signs"));
  mask.dispose();
  return operator;
};

for (const kind of sampledTransforms) {
  test(`${kind}: the whole transform keeps lengths and is undone; of some values the way back is the transpose`, () =>
    assertNoLeak(() => {
      const whole = open(tf.ones([1, 8, 16, 1]), kind);
      const some = open(drawPixelMask(8, 16, 0.4, openStream(3, "data")), kind);
      tf.tidy(() => {
        const [x, v] = [draw(1, [2, 8, 16, 3]), draw(2, [2, 8, 16, 3])];
        const y = whole.measure(x);
        assertClose([inner(y, y)], [inner(x, x)], 1e-3);
        assertClose(whole.backProject(y).dataSync(), x.dataSync(), 1e-5);
        assertClose([inner(some.measure(x), v)], [inner(x, some.backProject(v))], 1e-3);
        const once = some.measure(x);
        assertClose(some.measure(some.backProject(once)).dataSync(), once.dataSync(), 1e-5);
        const gradient = tf.grad((image) =>
          some
            .measure(image as tf.Tensor4D)
            .mul(v)
            .sum(),
        )(x);
        assertClose(gradient.dataSync(), some.backProject(v).dataSync(), 1e-5);
      });
      whole.dispose();
      some.dispose();
    }));
}

test("Hartley's values are the real less the imaginary parts of Fourier's", () => {
  const values = [0.3, -1, 0.5, 2, 0.25, 0, -0.7, 1.1];
  const side = values.length;
  const operator = open(tf.ones([1, side, 1, 1]), "fourier");
  const fourier = values.map((_, k) =>
    values.reduce((sum, value, i) => {
      const angle = (2 * Math.PI * i * k) / side;
      return sum + value * (Math.cos(angle) + Math.sin(angle));
    }, 0),
  );
  const measured = tf.tidy(() => operator.measure(tf.tensor4d(values, [1, side, 1, 1])).dataSync());
  assertClose(
    measured,
    fourier.map((value) => value / Math.sqrt(side)),
    1e-5,
  );
  operator.dispose();
});

test("an error shows in measured and missing Hadamard values alike, in Fourier's it does not", () => {
  const ratioOf = (kind: (typeof sampledTransforms)[number]) => {
    const keep = 0.25;
    const mask = (kind === "fourier" ? drawFrequencyMask : drawPixelMask)(64, 64, keep, openStream(4, "data"));
    const [measured, whole] = [open(mask.clone(), kind), open(tf.ones([1, 64, 64, 1]), kind)];
    const ratio = tf.tidy(() => {
      const error = drawRamp(64, -0.5, 0.5);
      const [seen, all] = [measured.measure(error), whole.measure(error)].map((y) => inner(y, y)) as [number, number];
      const share = mask.mean().dataSync()[0] as number;
      return seen / share / ((all - seen) / (1 - share));
    });
    mask.dispose();
    measured.dispose();
    whole.dispose();
    return ratio;
  };
  // 1,024 squares of nearly normal values, three channels of the same: 4 % of standard deviation.
  const hadamard = ratioOf("hadamard");
  assert.ok(Math.abs(hadamard - 1) < 0.2, String(hadamard));
  assert.ok(ratioOf("fourier") > 5);
});

test("the mask of frequencies keeps its share, the lowest, and pairs; what does not fit is refused", () => {
  const mask = drawFrequencyMask(32, 64, 0.25, openStream(1, "data"));
  const values = Array.from(mask.dataSync());
  const at = (row: number, column: number) => values[(row % 32) * 64 + (column % 64)];
  assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) / values.length - 0.25) < 0.03);
  for (let row = 0; row < 32; row++) {
    for (let column = 0; column < 64; column++) assert.equal(at(row, column), at(32 - row, 64 - column));
  }
  assert.equal(at(0, 0), 1);
  const high = values.filter((_, i) => Math.floor(i / 64) === 16).reduce((sum, value) => sum + value, 0);
  assert.ok(high < 0.25 * 64, String(high));
  mask.dispose();
  assert.throws(() => drawFrequencyMask(32, 32, 1, openStream(1, "data")), /keep: got 1, want a number in \(0, 1\)/);
  const odd = tf.ones<tf.Rank.R4>([1, 12, 8, 1]);
  assert.throws(() => open(odd, "hadamard"), /side: got 12, want a power of two/);
  odd.dispose();
});
