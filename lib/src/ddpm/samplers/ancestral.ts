import { type RandomStream, tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { posterior } from "../forwardProcess";
import { alphaBarAt } from "../schedule";
import { reverse, type SamplerOptions, type SamplingObservation } from "./reverse";

/**
 * The variance of an ancestral step: that of q(x_s | x_t, x_0), which is right where the data are one point, or that of the
 * forward step, right where they are white noise (Ho et al. 2020, section 3.2).
 */
export type Variance = "small" | "large";

/** Options of ancestral sampling. */
export interface AncestralOptions extends SamplerOptions {
  variance?: Variance;
}

/**
 * Ancestral sampling (Ho et al. 2020, algorithm 2): x_s drawn from q(x_s | x_t, x_0 = its prediction), on all levels or
 * on some (respacing, Nichol and Dhariwal 2021).
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleAncestral(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  random: RandomStream,
  { variance: kind = "small", clip = true, ...options }: AncestralOptions = {},
): Generator<SamplingObservation, void, void> {
  return reverse(denoiser, start, options, (sample, t, s, index) => {
    const { cleanWeight, noisyWeight, variance } = posterior(denoiser.schedule, t, s);
    const large = 1 - alphaBarAt(denoiser.schedule, t) / alphaBarAt(denoiser.schedule, s);
    // The last step has no noise, whatever the variance.
    const deviation = s === 0 ? 0 : Math.sqrt(kind === "small" ? variance : large);
    const move = { cleanWeight, noisyWeight, deviation };
    const noise = s === 0 ? undefined : (random.normal(start.shape, index) as tf.Tensor4D);
    const { sample: moved, clean, noise: predicted } = denoiser.denoise(sample, t, { move, noise, clip });
    tf.dispose([predicted, ...(noise ? [noise] : [])]);
    return { sample: moved, clean, evaluations: 1 };
  });
}
