import assert from "node:assert/strict";
import { test } from "node:test";
import { linearSchedule, openDenoiser } from "../../src/ddpm";
import { createSkipNetwork, fitDip } from "../../src/dip";
import { type GuidedFit, guideByOutput, guideByTarget } from "../../src/fusion";
import { lookUp, openStream, tf } from "../../src/runtime";
import { assertClose, assertNoLeak } from "../helpers";

const schedule = linearSchedule(200, { first: 1e-3, last: 0.1 });
const shape: [number, number, number, number] = [1, 8, 8, 3];
const target = openStream(1, "data").uniform(shape, 0, 1) as tf.Tensor4D;
const deviation = 0.3;

/** The best predictor of the noise for white images N(0, deviation^2) in model range. */
const exact = {
  apply: (xt: tf.Tensor4D, steps: tf.Tensor1D): tf.Tensor4D =>
    tf.tidy(() => {
      const factors = Array.from(schedule.alphaBar, (aBar) => Math.sqrt(1 - aBar) / (aBar * deviation ** 2 + 1 - aBar));
      return xt.mul(lookUp(tf.tensor1d(factors), steps.cast("int32")).reshape([-1, 1, 1, 1]));
    }),
};
const withDenoiser = (work: (denoiser: ReturnType<typeof openDenoiser>) => void) => {
  const denoiser = openDenoiser(exact, schedule, [8, 8, 3]);
  work(denoiser);
  denoiser.dispose();
};

function fit(guided: GuidedFit | undefined, iterations = 40) {
  const network = createSkipNetwork({ filters: [8, 8], skipFilters: 2, inputChannels: 4 }, 1);
  let output: Float32Array = new Float32Array();
  const losses: number[] = [];
  for (const seen of fitDip(network, target, { iterations, seed: 1, ...guided?.fit })) {
    losses.push(seen.loss);
    output = seen.output.dataSync() as Float32Array;
    guided?.observe(seen);
  }
  network.dispose();
  return { losses, output };
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a, (v, i) => (v - (b[i] as number)) ** 2).reduce((sum, v) => sum + v) / a.length;

test("the guide of a target is its posterior mean, and the fit is drawn to it", () =>
  assertNoLeak(() =>
    withDenoiser((denoiser) => {
      const sigma = 0.1;
      const guided = guideByTarget(denoiser, target, sigma, 1);
      const { guide } = guided.fit.controls.read(1) as { guide: tf.Tensor };
      // The Gaussian's posterior mean at the matched level, whose noise is that of the first level at least as noisy.
      const aBar = schedule.alphaBar.find((value, i) => i > 0 && (1 - value) / value >= 4 * sigma ** 2) as number;
      const shrink = deviation ** 2 / (deviation ** 2 + (1 - aBar) / aBar);
      assertClose(
        guide.dataSync(),
        Array.from(target.dataSync(), (v) => ((2 * v - 1) * shrink + 1) / 2),
        1e-4,
      );
      const wanted = Array.from(guide.dataSync());
      const [free, drawn] = [fit(undefined), fit(guided)];
      assert.ok(distance(drawn.output, wanted) < distance(free.output, wanted));
      assert.equal(guided.evaluations, 1);
      guided.dispose();
    }),
  ));

test("a guide of the output is made anew where it is due, and with no weight it changes nothing", () =>
  assertNoLeak(() =>
    withDenoiser((denoiser) => {
      const plain = fit(undefined, 12);
      const options = { weight: 0, every: 5, levels: { low: 3, high: 9 } };
      const idle = guideByOutput(denoiser, shape, options, openStream(1, "split"));
      assertClose(fit(idle, 12).losses, plain.losses, 1e-7);
      assert.equal(idle.evaluations, 2);
      const active = guideByOutput(denoiser, shape, { ...options, weight: 5 }, openStream(1, "split"));
      const { losses } = fit(active, 12);
      // Until the first guide is there, at iteration 5, it is the plain fit.
      assertClose(losses.slice(0, 5), plain.losses.slice(0, 5), 1e-7);
      assert.ok(Math.abs((losses[5] as number) - (plain.losses[5] as number)) > 1e-4);
      const again = guideByOutput(denoiser, shape, { ...options, weight: 5 }, openStream(1, "split"));
      assert.deepEqual(fit(again, 12).losses, losses);
      for (const guided of [idle, active, again]) guided.dispose();
    }),
  ));

test("what is out of range is refused", () =>
  withDenoiser((denoiser) => {
    const levels = { low: 3, high: 9 };
    const open = (options: object) =>
      guideByOutput(denoiser, shape, { weight: 1, every: 1, levels, ...options }, openStream(1, "split"));
    assert.throws(() => open({ weight: -1 }), /weight: got -1/);
    assert.throws(() => open({ every: 0 }), /every: got 0/);
    assert.throws(() => open({ levels: { low: 9, high: 3 } }), /levels: got 9 to 3/);
    assert.throws(() => guideByTarget(denoiser, target, 0.1, Number.NaN), /weight: got NaN/);
  }));
