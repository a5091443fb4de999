import assert from "node:assert/strict";
import { test } from "node:test";
import {
  alphaBarAt,
  cosineSchedule,
  createSchedule,
  linearSchedule,
  matchLevel,
  posterior,
  scaledLinearSchedule,
  sigmoidSchedule,
  signalToNoise,
} from "../../src/ddpm";
import { assertClose } from "../helpers";

test("the linear schedule equals NumPy's", () => {
  // b = linspace(1e-4, .02, 1000); cumprod(1 - b)[[0, 499, 999]]
  const { alphaBar, beta } = linearSchedule(1000);
  assertClose([beta[1] as number, beta[1000] as number], [1e-4, 0.02], 1e-12);
  assertClose(
    [1, 500, 1000].map((t) => alphaBar[t] as number),
    [0.9999, 0.07858724288177824, 4.035829765375676e-5],
    1e-12,
  );
});

test("the cosine schedule equals the paper's formula", () => {
  const { alphaBar, beta } = cosineSchedule(1000);
  assertClose([beta[1] as number, beta[1000] as number], [4.128422482196914e-5, 0.999], 1e-12);
  assertClose([alphaBar[500] as number, alphaBar[1000] as number], [0.4938435904406382, 2.4287669070348567e-9], 1e-9);
});

test("the scaled-linear and the sigmoid schedule equal NumPy's", () => {
  const at = ({ alphaBar }: { alphaBar: Float64Array }) => [1, 500, 1000].map((t) => alphaBar[t] as number);
  // b = linspace(.00085**.5, .012**.5, 1000)**2; cumprod(1 - b)[[0, 499, 999]]
  assertClose(at(scaledLinearSchedule(1000)), [0.99915, 0.27766965, 0.0046601], 1e-8);
  // b = 1/(1 + exp(-linspace(-6, 6, 1000)))*(.02 - 1e-4) + 1e-4; cumprod(1 - b)[[0, 499, 999]]
  assertClose(at(sigmoidSchedule(1000)), [0.999850795, 0.301931057, 3.96818199e-5], 1e-9);
});

test("the level that matches a variance is the first as noisy", () => {
  const schedule = linearSchedule(1000);
  const noise = (t: number) => (1 - alphaBarAt(schedule, t)) / alphaBarAt(schedule, t);
  const variance = 4 * (25 / 255) ** 2;
  const t = matchLevel(schedule, variance);
  assert.ok(noise(t) >= variance && noise(t - 1) < variance);
  assert.equal(matchLevel(schedule, 0), 1);
  assert.throws(() => matchLevel(schedule, 1e6), /variance: got 1000000, the schedule reaches 24777/);
});

test("the signal-to-noise ratio falls at every step", () => {
  for (const schedule of [linearSchedule(1000), cosineSchedule(1000)]) {
    for (let t = 2; t <= schedule.steps; t++) assert.ok(signalToNoise(schedule, t) < signalToNoise(schedule, t - 1));
  }
});

test("the posterior keeps the marginal: drawing x_s from q(x_s | x_t, x_0) gives mean sqrt(aBar_s) x_0, variance 1 - aBar_s", () => {
  const schedule = linearSchedule(100, { first: 1e-3, last: 0.1 });
  for (const [t, s] of [
    [100, 99],
    [60, 20],
    [1, 0],
  ] as const) {
    const { cleanWeight, noisyWeight, variance } = posterior(schedule, t, s);
    const [noisy, cleaner] = [alphaBarAt(schedule, t), alphaBarAt(schedule, s)];
    assertClose([cleanWeight + noisyWeight * Math.sqrt(noisy)], [Math.sqrt(cleaner)], 1e-12);
    assertClose([noisyWeight ** 2 * (1 - noisy) + variance], [1 - cleaner], 1e-12);
  }
});

test("values out of range are refused", () => {
  assert.throws(() => createSchedule([]), /betas: got none/);
  assert.throws(() => createSchedule([0.1, 1, 0.1]), /beta at t = 2: got 1, want a number in \(0, 1\)/);
  assert.throws(() => linearSchedule(0), /steps: got 0/);
  assert.throws(() => alphaBarAt(linearSchedule(10), 11), /t: got 11, want a whole number from 0 to 10/);
  assert.throws(() => posterior(linearSchedule(10), 3, 3), /want s below t/);
});
