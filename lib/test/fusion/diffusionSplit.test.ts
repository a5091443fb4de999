import assert from "node:assert/strict";
import { test } from "node:test";
import { addGaussianNoise } from "../../src/data";
import { estimateRisk, splitByDiffusion } from "../../src/fusion";
import { checkMonteCarlo } from "../../src/metrics";
import { openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const clean = openStream(1, "data").uniform([1, 16, 16, 3], 0, 1) as tf.Tensor4D;
const sigma = 0.1;

test("the halves mirror each other: a^2 y- + y+ = (1 + a^2) y", () => {
  for (const a of [0.1, 0.5, 2]) {
    const { plus, minus } = splitByDiffusion(clean, { sigma, a }, openStream(1, "split"));
    assertClose(
      minus
        .mul(a * a)
        .add(plus)
        .div(1 + a * a)
        .dataSync(),
      clean.dataSync(),
      1e-4,
    );
  }
});

test("the halves' errors have the stated variances and no covariance", () => {
  const a = 0.5;
  const draws = Array.from({ length: 200 }, (_, i) =>
    tf.tidy(() => {
      const noisy = addGaussianNoise(clean, sigma, openStream(i, "noise"));
      const { plus, minus } = splitByDiffusion(noisy, { sigma, a }, openStream(i, "split"));
      const [e, f] = [plus.sub(clean), minus.sub(clean)];
      return [e.square(), f.square(), e.mul(f)].map((x) => x.mean().dataSync()[0] as number);
    }),
  );
  checkMonteCarlo(
    draws.map((d) => d[0] as number),
    sigma ** 2 * (1 + a ** 2),
  );
  checkMonteCarlo(
    draws.map((d) => d[1] as number),
    sigma ** 2 * (1 + 1 / a ** 2),
  );
  checkMonteCarlo(
    draws.map((d) => d[2] as number),
    0,
  );
});

test("the risk of a shrinking denoiser c y+ is estimated without bias", () => {
  const [a, c] = [0.5, 0.8];
  const power = clean.square().mean().dataSync()[0] as number;
  const known = (1 - c) ** 2 * power + c ** 2 * sigma ** 2 * (1 + a ** 2);
  const draws = Array.from({ length: 200 }, (_, i) =>
    tf.tidy(() => {
      const noisy = addGaussianNoise(clean, sigma, openStream(i, "noise"));
      const split = splitByDiffusion(noisy, { sigma, a }, openStream(i, "split"));
      return estimateRisk(split.plus.mul(c), split);
    }),
  );
  checkMonteCarlo(draws, known);
});

test("a denoiser that cheats by seeing y- is estimated too well: the check can fail", () => {
  const draws = Array.from({ length: 50 }, (_, i) =>
    tf.tidy(() => {
      const split = splitByDiffusion(
        addGaussianNoise(clean, sigma, openStream(i, "noise")),
        { sigma },
        openStream(i, "split"),
      );
      return estimateRisk(split.minus, split);
    }),
  );
  assert.throws(() => checkMonteCarlo(draws, sigma ** 2), /standard errors off/);
});

test("a split leaves its two halves and nothing else", () =>
  assertNoLeak(() => {
    const { plus, minus } = splitByDiffusion(clean, { sigma }, openStream(1, "split"));
    tf.dispose([plus, minus]);
  }));

test("sigma and a must be above 0", () => {
  assert.throws(
    () => splitByDiffusion(clean, { sigma: 0 }, openStream(1, "split")),
    /sigma: got 0, want a number above 0/,
  );
  assert.throws(() => splitByDiffusion(clean, { sigma, a: -1 }, openStream(1, "split")), /a: got -1/);
});
