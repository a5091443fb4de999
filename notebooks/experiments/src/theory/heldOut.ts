import { addGaussianNoise, drawHoleMask, drawPixelMask } from "ddpm-dip/data";
import { holdOutPixels, interpolateKnown } from "ddpm-dip/dip";
import { openStream, tf } from "ddpm-dip/runtime";
import { mean } from "simple-statistics";
import type { Row } from "../analysis/frames";
import { checkRow, repeat } from "./checks";

function meanOver(values: tf.Tensor, mask: tf.Tensor): number {
  return tf.tidy(() => values.mul(mask).sum().div(mask.sum().mul(3)).dataSync()[0] as number);
}

/** The error at a tenth of the known pixels, held out, and the true one at the missing pixels, of an interpolation of the rest. */
function drawHeldOut(clean: tf.Tensor4D, sigma: number, mask: tf.Tensor4D, index: number) {
  const noisy = tf.tidy(() => addGaussianNoise(clean, sigma, openStream(index, "noise")).mul<tf.Tensor4D>(mask));
  const held = holdOutPixels(noisy, { share: 0.1, known: mask }, openStream(index, "split"));
  const result = tf.tidy(() => {
    const kept = held.measure?.(tf.onesLike(noisy)).slice([0, 0, 0, 0], [-1, -1, -1, 1]) as tf.Tensor4D;
    const made = interpolateKnown(held.target, kept, 1);
    return {
      estimate: meanOver(made.sub(noisy).square(), mask.sub(kept)) - sigma ** 2,
      error: meanOver(made.sub(clean).square(), tf.sub(1, mask)),
    };
  });
  held.dispose();
  tf.dispose([noisy, mask]);
  return result;
}

/**
 * The claim of held-out pixels where pixels are missing at random, as rows, and what the estimate is in a hole, where nothing is
 * claimed. @throws Error when the claim is more than four standard errors off.
 */
export function heldOutRows(clean: tf.Tensor4D, sigma: number, draws: number): Row[] {
  const [, height, width] = clean.shape;
  const random = (keep: number) => (index: number) =>
    drawPixelMask(height, width, keep, openStream(index, "data", "mask"));
  const cases = [
    { missing: "half of the pixels", maskOf: random(0.5), isClaimed: true },
    { missing: "nine in ten", maskOf: random(0.1), isClaimed: true },
    { missing: "a hole of 40 % of the sides", maskOf: () => drawHoleMask(height, width, 0.4), isClaimed: false },
  ];
  return cases.map(({ missing, maskOf, isClaimed }) => {
    const drawn = repeat(draws, (i) => drawHeldOut(clean, sigma, maskOf(i + 1), i + 1));
    const [estimate, error] = (["estimate", "error"] as const).map((name) => mean(drawn.map((one) => one[name])));
    const differences = drawn.map((one) => one.estimate - one.error);
    const deviations = isClaimed ? (checkRow(missing, differences, 0).deviations as number) : "–";
    return { missing, estimate: 1e4 * (estimate as number), error: 1e4 * (error as number), deviations };
  });
}
