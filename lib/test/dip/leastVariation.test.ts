import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addGaussianNoise,
  createDownsampling,
  createIdentity,
  createSampledTransform,
  drawPixelMask,
} from "../../src/data";
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
    assert.throws(() => leastVariation(measured, operator, plain, { iterations: 0 }), /iterations: got 0/);
    tf.dispose([clean, mask, measured, plain, found]);
    operator.dispose();
  }));

test("of a small image it is nearer than the least image, and measures as that does", () =>
  assertNoLeak(() => {
    const clean = drawSquare();
    const operator = createDownsampling([32, 32], 4);
    const measured = operator.measure(clean);
    const plain = operator.backProject(measured);
    const found = leastVariation(measured, operator, plain);
    const misses = tf.tidy(() => operator.measure(found).sub(measured).abs().max().dataSync()[0] as number);
    assert.ok(misses < 1e-4, String(misses));
    assert.ok(psnr(found, clean) > psnr(plain, clean));
    tf.dispose([clean, measured, plain, found]);
    operator.dispose();
  }));

test("with noise it comes within the noise's length of what was measured, and no nearer", () =>
  assertNoLeak(() => {
    const sigma = 0.1;
    const clean = drawSquare();
    const noisy = addGaussianNoise(clean, sigma, openStream(3, "noise"));
    const radius = sigma * Math.sqrt(clean.size);
    const identity = createIdentity();
    const found = leastVariation(noisy, identity, noisy, { radius });
    const miss = tf.tidy(() => found.sub(noisy).norm().dataSync()[0] as number);
    assert.ok(Math.abs(miss / radius - 1) < 1e-3, `${miss} for ${radius}`);
    assert.ok(psnr(found, clean) > psnr(noisy, clean) + 8, String(psnr(found, clean)));
    assert.throws(() => leastVariation(noisy, identity, noisy, { radius: -1 }), /radius: got -1/);
    // An image within the radius is as good as what was measured: the mean colour, without any edge.
    const wide = leastVariation(noisy, identity, noisy, { radius: 10 * Math.sqrt(clean.size), iterations: 400 });
    const edges = tf.tidy(
      () =>
        tf
          .moments(wide.reshape([-1, 3]), 0)
          .variance.max()
          .dataSync()[0] as number,
    );
    assert.ok(edges < 3e-3, String(edges));
    tf.dispose([clean, noisy, found, wide]);
  }));
