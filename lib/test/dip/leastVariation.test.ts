import assert from "node:assert/strict";
import { test } from "node:test";
import { createDownsampling, createSampledTransform, drawPixelMask } from "../../src/data";
import { leastVariation } from "../../src/dip";
import { psnr } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertNoLeak } from "../helpers";

const drawSquare = () =>
  tf.tidy(() => {
    const square = tf.pad(tf.fill([16, 12], 0.6), [
      [8, 8],
      [6, 14],
    ]);
    return tf.stack([square, square.mul(0.5), square.add(0.2)], 2).expandDims(0) as tf.Tensor4D;
  });

test("least total variation finds an image of few edges again from a quarter of its Hadamard values", () =>
  assertNoLeak(() => {
    const clean = drawSquare();
    const mask = drawPixelMask(32, 32, 0.25, openStream(1, "data"));
    const operator = createSampledTransform(mask, "hadamard", openStream(1, "data", "signs"));
    const measured = operator.measure(clean);
    const plain = operator.backProject(measured);
    const found = leastVariation(measured, operator, plain);
    const misses = tf.tidy(() => operator.measure(found).sub(measured).abs().max().dataSync()[0] as number);
    assert.ok(psnr(found, clean) > 45, String(psnr(found, clean)));
    assert.ok(psnr(plain, clean) < 15);
    assert.ok(misses < 1e-4, String(misses));
    assert.throws(() => leastVariation(measured, operator, plain, 0), /iterations: got 0/);
    tf.dispose([clean, mask, measured, plain, found]);
    operator.dispose();
  }));

test("of a small image it is nearer than the least image, and measures as that does", () =>
  assertNoLeak(() => {
    const clean = drawSquare();
    const operator = createDownsampling([32, 32], { factor: 4, kernel: "box" });
    const measured = operator.measure(clean);
    const plain = operator.backProject(measured);
    const found = leastVariation(measured, operator, plain);
    const misses = tf.tidy(() => operator.measure(found).sub(measured).abs().max().dataSync()[0] as number);
    assert.ok(misses < 1e-4, String(misses));
    assert.ok(psnr(found, clean) > psnr(plain, clean));
    tf.dispose([clean, measured, plain, found]);
    operator.dispose();
  }));
