import assert from "node:assert/strict";
import { test } from "node:test";
import { createDownsampling, createMasking, drawHoleMask, drawPixelMask } from "../../src/data";
import { holdOutPixels, type Measuring, roughGuess, shareInReach } from "../../src/dip";
import { meanSquaredError } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak, drawRamp } from "../helpers";

const side = 24;
const random = openStream(1, "data");

/** The guess of a measurement with a tenth held out, and the same where the held-out values are others. */
function guessTwice(measured: tf.Tensor4D, operator: Measuring, known?: tf.Tensor4D): [tf.Tensor4D, tf.Tensor4D] {
  const guessOf = (image: tf.Tensor4D) => {
    const prepared = holdOutPixels(image, { share: 0.1, known }, openStream(1, "split"));
    const guess = roughGuess(prepared, operator, [side, side], { blur: 1 });
    prepared.dispose();
    return guess;
  };
  const first = holdOutPixels(measured, { share: 0.1, known }, openStream(1, "split"));
  const changed = tf.tidy(() => {
    const seen = (first.measure as (image: tf.Tensor4D) => tf.Tensor4D)(tf.onesLike(measured));
    return measured.add<tf.Tensor4D>(tf.sub(1, seen).mul(3));
  });
  first.dispose();
  const both: [tf.Tensor4D, tf.Tensor4D] = [guessOf(measured), guessOf(changed)];
  changed.dispose();
  return both;
}

test("it is near the image, and of what is held out it knows nothing: scattered pixels and a small image", () =>
  assertNoLeak(() => {
    const image = drawRamp(side, 0.1, 0.9);
    const mask = drawPixelMask(side, side, 0.5, random.child("mask"));
    const masking = createMasking(mask);
    const known = masking.measure(image);
    const small = createDownsampling([side, side], 2);
    const enlarged = small.measure(image);
    for (const [measured, operator, seen] of [
      [known, masking, mask],
      [enlarged, small, undefined],
    ] as const) {
      const [guess, again] = guessTwice(measured, operator, seen);
      assert.deepEqual(guess.shape, image.shape);
      assert.ok(meanSquaredError(guess, image) < 1e-3, `${meanSquaredError(guess, image)}`);
      assertClose(again.dataSync(), guess.dataSync(), 1e-6);
      tf.dispose([guess, again]);
    }
    tf.dispose([image, mask, known, enlarged]);
    small.dispose();
    masking.dispose();
  }));

test("scattered pixels are all in reach, of a hole the rim alone", () =>
  assertNoLeak(() => {
    const scattered = drawPixelMask(side, side, 0.5, random.child("mask"));
    const whole = tf.ones([1, side, side, 1]) as tf.Tensor4D;
    // 14 x 14 pixels are missing, of which 8 x 8 are more than three away from all others.
    const hole = tf.tidy(() =>
      whole.sub<tf.Tensor4D>(
        tf.pad(tf.ones([1, 14, 14, 1]), [
          [0, 0],
          [5, 5],
          [5, 5],
          [0, 0],
        ]),
      ),
    );
    const drawn = drawHoleMask(64, 64, 0.4);
    assert.equal(shareInReach(scattered, 1), 1);
    assert.equal(shareInReach(whole, 1), 1);
    assert.ok(Math.abs(shareInReach(hole, 1) - (1 - 64 / 196)) < 1e-6);
    assert.ok(shareInReach(drawn, 1) < 0.5);
    tf.dispose([scattered, whole, hole, drawn]);
  }));
