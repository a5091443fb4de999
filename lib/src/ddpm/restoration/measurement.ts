import { tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { reverse, type SamplerOptions, type SamplingObservation } from "../samplers/reverse";

/** A linear measurement y = A x of images in [0, 1], and its way back; both may stand in a recorded step. */
export interface LinearMeasurement {
  /** A x. */
  measure(image: tf.Tensor4D): tf.Tensor4D;
  /** The pseudo-inverse: the smallest image that measures as y does. */
  backProject(measured: tf.Tensor4D): tf.Tensor4D;
  /** Whether A^+ is the transpose of A, so that what it makes of white noise is white. */
  readonly orthonormal?: boolean;
  /** Whether values of a spectrum are measured. */
  readonly inSpectrum?: boolean;
}

/** A measurement and what was measured. */
export interface Observation {
  measurement: LinearMeasurement;
  /** y, in image units. */
  measured: tf.Tensor4D;
  /** Standard deviation of the noise in y, image units; 0 for none. */
  sigma?: number;
}

/**
 * y as it would be of images in model range, which are 2 x - 1: 2 y - A 1.
 * @param shape of the image, [1, height, width, channels].
 */
export function measuredInModelRange(
  { measurement, measured }: Observation,
  shape: [number, number, number, number],
): tf.Tensor4D {
  return tf.tidy(() => measured.mul<tf.Tensor4D>(2).sub(measurement.measure(tf.ones(shape))));
}

/**
 * The loop of the restorers: `reverse` that knows what was measured in model range, with one evaluation a step.
 * @param step of x_t at a level, the x_0 and the x_s that it makes; all else that it makes is freed.
 */
export function* restoreBy(
  denoiser: Pick<Denoiser, "schedule">,
  observation: Observation,
  start: tf.Tensor4D,
  options: SamplerOptions,
  step: (at: {
    sample: tf.Tensor4D;
    t: number;
    s: number;
    index: number;
    measured: tf.Tensor4D;
  }) => Record<"clean" | "sample", tf.Tensor4D>,
): Generator<SamplingObservation, void, void> {
  const measured = measuredInModelRange(observation, start.shape);
  try {
    yield* reverse(denoiser, start, options, (sample, t, s, index) => ({
      ...tf.tidy(() => step({ sample, t, s, index, measured })),
      evaluations: 1,
    }));
  } finally {
    measured.dispose();
  }
}
