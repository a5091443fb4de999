import assert from "node:assert/strict";
import { test } from "node:test";
import {
  addNoise,
  type Denoiser,
  finish,
  linearSchedule,
  openDenoiser,
  type Prediction,
  posterior,
  type SamplingObservation,
  sampleDdim,
  sampleDpmSolver,
  spreadTimes,
} from "../../src/ddpm";
import { tf } from "../../src/runtime";
import { assertClose, range } from "../helpers";

// Published constants of the test suite of diffusers (tests/schedulers, huggingface/diffusers). Its levels count from 0,
// ours from 1: its t is our t - 1. Its images are [batch, channels, height, width].
const layOut = (values: number[]) =>
  tf.tidy(() => {
    // torch.arange(768).reshape(3, 8, 8, 4).permute(3, 0, 1, 2), to [batch, height, width, channels].
    const numbers = tf.tensor4d(values, [3, 8, 8, 4]);
    return tf.transpose(numbers, [3, 1, 2, 0]) as tf.Tensor4D;
  });
const deterministic = () => layOut(range(768).map((i) => i / 768));
const deterministicNoise = () =>
  layOut(
    range(768)
      .map((i) => 767 - i)
      .map((i) => i / 768),
  );

const network = (prediction: Prediction) => ({
  prediction,
  apply: (xt: tf.Tensor4D, steps: tf.Tensor1D) =>
    tf.tidy(() => xt.mul<tf.Tensor4D>(steps.sub(1).div(steps).reshape([-1, 1, 1, 1]))),
});

function open(prediction: Prediction = "noise", { first = 1e-4 } = {}): Denoiser {
  return openDenoiser(network(prediction), linearSchedule(1000, { first, last: 0.02 }), [8, 8, 3]);
}

function measure(sampling: Iterable<SamplingObservation>): [sum: number, mean: number] {
  const { sample } = finish(sampling);
  const sizes = sample.abs();
  const result: [number, number] = [sizes.sum().dataSync()[0] as number, sizes.mean().dataSync()[0] as number];
  tf.dispose([sample, sizes]);
  return result;
}

/** diffusers' `leading` spacing, counted from 1. */
const times = [901, 801, 701, 601, 501, 401, 301, 201, 101, 1];

/** The states of a sampling down to a level. */
function* untilLevel(sampling: Iterable<SamplingObservation>, level: number) {
  for (const observation of sampling) {
    yield observation;
    if (observation.t === level) return;
  }
}

test("DDIM, ten leading steps (diffusers test_scheduler_ddim.py, test_full_loop_no_noise)", () => {
  const [sum, mean] = measure(sampleDdim(open(), deterministic(), { times }));
  assertClose([sum], [172.0067], 1e-2);
  assertClose([mean], [0.223967], 1e-3);
});

test("DDIM with v-prediction (test_full_loop_with_v_prediction)", () => {
  const [sum, mean] = measure(sampleDdim(open("velocity"), deterministic(), { times }));
  assertClose([sum], [52.5302], 1e-2);
  assertClose([mean], [0.0684], 1e-3);
});

test("DDIM from beta 0.01, ending at the clean end or at the first level (…_with_set_alpha_to_one, …_with_no_…)", () => {
  const [toClean] = measure(sampleDdim(open("noise", { first: 0.01 }), deterministic(), { times }));
  assertClose([toClean], [149.8295], 1e-2);
  const [toFirst] = measure(sampleDdim(open("noise", { first: 0.01 }), deterministic(), { times, end: 1 }));
  assertClose([toFirst], [149.0784], 1e-2);
});

test("DDIM from an image with noise added at the eighth step (test_full_loop_with_noise)", () => {
  const left = times.slice(8);
  const start = addNoise(linearSchedule(1000), deterministic(), deterministicNoise(), left[0] as number);
  const [sum, mean] = measure(sampleDdim(open(), start, { times: left }));
  assertClose([sum], [354.5418], 1e-2);
  assertClose([mean], [0.4616], 1e-3);
});

test("the fixed small variance (test_scheduler_ddpm.py, test_variance)", () => {
  const schedule = linearSchedule(1000);
  assertClose(
    [488, 1000].map((t) => posterior(schedule, t).variance),
    [0.00979, 0.02],
    1e-5,
  );
});

test("DPM-Solver++ 2M, ten steps to the first level (test_scheduler_dpm_multi.py, test_full_loop_no_noise)", () => {
  // Eleven levels from the last to the first; our own last step, of first order, goes on from there.
  const steps = sampleDpmSolver(open(), deterministic(), { times: spreadTimes(1000, 11), clip: false });
  const [, mean] = measure(untilLevel(steps, 1));
  assertClose([mean], [0.3301], 1e-3);
});

test("the spacings are those of diffusers, counted from 1", () => {
  assert.deepEqual(spreadTimes(1000, 5, "trailing"), [1000, 800, 600, 400, 200]);
  assert.deepEqual(spreadTimes(1000, 5, "linspace"), [1000, 750, 501, 251, 1]);
});
