import { type RandomStream, requireWithin, tf } from "../../runtime";
import type { Denoiser } from "../denoiser";
import { posterior } from "../forwardProcess";
import { alphaBarAt } from "../schedule";
import { reverse, type SamplerOptions, type SamplingObservation } from "./reverse";

interface DdimOptions extends SamplerOptions {
  /** Noise added at each step, as a share of that of ancestral sampling: 0 for the deterministic map. */
  eta?: number;
  /** Needed where eta is above 0. */
  random?: RandomStream;
}

/**
 * DDIM (Song et al. 2021, eq. 12) along the given levels: with sigma = eta sqrt(posterior variance),
 * x_s = sqrt(aBar_s) x_0 + sqrt(1 - aBar_s - sigma^2) (x_t - sqrt(aBar_t) x_0) / sqrt(1 - aBar_t) + sigma z.
 * The noise in it is that of the clipped x_0, as the reference implementations can.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 * @throws RangeError when eta is not in [0, 1] or lacks its random stream.
 */
export function sampleDdim(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  { eta = 0, random, clip = true, ...options }: DdimOptions = {},
): Generator<SamplingObservation, void, void> {
  requireWithin({ eta }, "[0, 1]");
  if (eta > 0 && !random) throw new RangeError(`eta: got ${eta} without a random stream`);
  return reverse(denoiser, start, options, (sample, t, s, index) => {
    const [noisy, cleaner] = [alphaBarAt(denoiser.schedule, t), alphaBarAt(denoiser.schedule, s)];
    const deviation = s < t && eta > 0 ? eta * Math.sqrt(posterior(denoiser.schedule, t, s).variance) : 0;
    const noisyWeight = Math.sqrt((1 - cleaner - deviation ** 2) / (1 - noisy));
    const move = { cleanWeight: Math.sqrt(cleaner) - noisyWeight * Math.sqrt(noisy), noisyWeight, deviation };
    const noise = deviation > 0 ? (random?.normal(start.shape, index) as tf.Tensor4D) : undefined;
    const { sample: moved, clean, noise: predicted } = denoiser.denoise(sample, t, { move, noise, clip });
    tf.dispose([predicted, ...(noise ? [noise] : [])]);
    return { sample: moved, clean, evaluations: 1 };
  });
}

/**
 * Ancestral sampling (Ho et al. 2020, algorithm 2): x_s drawn from q(x_s | x_t, x_0 = its prediction), on all levels or on some
 * (respacing, Nichol and Dhariwal 2021); it is DDIM with eta = 1.
 * @param start x_t at the first of the levels, model range; stays the caller's.
 */
export function sampleAncestral(
  denoiser: Denoiser,
  start: tf.Tensor4D,
  random: RandomStream,
  options: SamplerOptions = {},
): Generator<SamplingObservation, void, void> {
  return sampleDdim(denoiser, start, { ...options, eta: 1, random });
}
