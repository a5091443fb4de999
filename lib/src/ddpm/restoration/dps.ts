import { defineStep, type Engine, type RandomStream, record, requireNotNegative, tf } from "../../runtime";
import { posterior } from "../forwardProcess";
import { type NoisePredictor, requireLevel } from "../noisePredictor";
import { cleanFrom } from "../prediction";
import type { SamplerOptions, SamplingObservation } from "../samplers/reverse";
import { alphaBarAt, type NoiseSchedule } from "../schedule";
import { type Observation, restoreBy } from "./measurement";

interface DpsOptions extends SamplerOptions {
  /** Length of the correction, the authors' zeta'; 0.3 to 1 in their experiments. */
  scale?: number;
  engine?: Engine;
}

/** The recorded step of a network: its predicted x_0 and the gradient of what that misses of the measurement. */
function recordGuide(
  network: NoisePredictor,
  { measurement }: Observation,
  { start, measured, engine }: { start: tf.Tensor4D; measured: tf.Tensor4D; engine: Engine },
) {
  const { prediction = "noise" } = network;
  const level = { shape: [] };
  const guide = defineStep(
    { xt: { shape: start.shape }, measured: { shape: measured.shape }, t: level, signal: level, noise: level },
    (fed) => {
      let kept: tf.Tensor4D | undefined;
      const missed = (xt: tf.Tensor4D): tf.Scalar => {
        const said = network.apply(xt, tf.fill([xt.shape[0]], 1).mul(fed.t) as tf.Tensor1D);
        const clean = cleanFrom(prediction, said, xt, { signal: fed.signal, noise: fed.noise });
        // The tape frees all but the value and the gradient.
        kept = tf.keep(clean.clone());
        const wrong = measurement.measure(clean).sub(fed.measured);
        return wrong.square().sum().add(1e-12).sqrt() as tf.Scalar;
      };
      const { value, grad } = tf.valueAndGrad(missed as (x: tf.Tensor) => tf.Tensor)(fed.xt);
      const clean = (kept as tf.Tensor4D).clone();
      (kept as tf.Tensor4D).dispose();
      // The gradient of the square, over the norm, is twice that of the norm.
      return { clean, gradient: grad.mul(2), missed: value };
    },
  );
  return record({ guide }, { engine });
}

/**
 * DPS (Chung et al. 2023, algorithm 1): an ancestral step, then a correction against the gradient of what the predicted
 * x_0 misses of the measurement, through the network: x_s - scale grad_{x_t} |y - A x_0(x_t)|^2 / |y - A x_0(x_t)|.
 * An evaluation here is one of the network and its gradient, about three times as dear as one of another sampler.
 * @param network for all levels, or the network of a level, as `openExpertNetworks` has it; stays the owner's.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when the scale is negative, or the network does not know a level.
 */
export function* restoreDps(
  network: NoisePredictor | ((t: number) => NoisePredictor),
  schedule: NoiseSchedule,
  observation: Observation,
  start: tf.Tensor4D,
  random: RandomStream,
  { scale = 1, clip = true, engine = "recorded", ...options }: DpsOptions = {},
): Generator<SamplingObservation, void, void> {
  requireNotNegative({ scale });
  const recordings = new Map<NoisePredictor, ReturnType<typeof recordGuide>>();
  const recordingAt = (t: number, measured: tf.Tensor4D) => {
    const one = typeof network === "function" ? network(t) : network;
    requireLevel(one, t);
    const recording = recordings.get(one) ?? recordGuide(one, observation, { start, measured, engine });
    recordings.set(one, recording);
    return recording;
  };
  try {
    yield* restoreBy({ schedule }, observation, start, options, ({ sample, t, s, index, measured }) => {
      const alphaBar = alphaBarAt(schedule, t);
      const level = { t, signal: Math.sqrt(alphaBar), noise: Math.sqrt(1 - alphaBar) };
      const seen = recordingAt(t, measured).run("guide", { xt: sample, measured, ...level });
      const { cleanWeight, noisyWeight, variance } = posterior(schedule, t, s);
      const clean = (clip ? seen.clean.clipByValue(-1, 1) : seen.clean) as tf.Tensor4D;
      const step = clean.mul(cleanWeight).add(sample.mul(noisyWeight));
      const noise = s > 0 ? random.normal(start.shape, index).mul(Math.sqrt(variance)) : tf.scalar(0);
      return { clean, sample: step.add(noise).sub(seen.gradient.mul(scale)) as tf.Tensor4D };
    });
  } finally {
    for (const recording of recordings.values()) recording.dispose();
  }
}
