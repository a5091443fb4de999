import { type Denoiser, denoiseOnce, fromModelRange, startFrom } from "../ddpm";
import { type DipObservation, type FitDipOptions, squaredError } from "../dip";
import { type RandomStream, requireCounts, requireNotNegative, tf } from "../runtime";

export interface GuideOptions {
  /** lambda of |f - target|^2 / d + lambda |f - v|^2 / d. */
  weight: number;
  /** Iterations after which the guide v is made anew of the output: 1 for RED-diff, more for a proximal step (HQS). */
  every: number;
  /** The guide takes away noise of a level t that is uniform in this range, drawn anew each time (RED-diff, Mardani et al. 2024). */
  levels: { low: number; high: number };
}

export interface GuidedFit {
  /** Options of `fitDip`. */
  fit: Required<Pick<FitDipOptions, "objective" | "controls">>;
  /** Evaluations of the DDPM so far, a batch counted once. */
  readonly evaluations: number;
  /** Makes the guide anew of what the fit shows, where it is due. */
  observe(seen: Pick<DipObservation, "iteration" | "averagedOutput" | "output">): void;
  dispose(): void;
}

/** A fit that is drawn to a guide. @param read the guide and its weight, before each iteration. */
function drawTo(shape: tf.Tensor4D["shape"], read: () => { guide: tf.Tensor4D; weight: number }): GuidedFit["fit"] {
  return {
    controls: { shapes: { guide: shape, weight: [] }, read },
    objective: (state) => {
      const { guide, weight } = state.controls as Record<"guide" | "weight", tf.Tensor>;
      return squaredError(state).add(tf.sub(state.output, guide).square().mean().mul(weight));
    },
  };
}

/**
 * The DDPM as a regulariser of DIP: now and then v = D_t(f + noise) is what the denoiser makes of the output, and the fit
 * is drawn to it, |f - target|^2 / d + lambda |f - v|^2 / d, without a gradient through D (RED, Romano et al. 2017;
 * RED-diff, Mardani et al. 2024). With v renewed at each iteration it is RED-diff, with v kept for many it is half
 * quadratic splitting with the DDPM as proximal step (plug and play, Venkatakrishnan et al. 2013).
 * @param shape of the network's output.
 * @throws RangeError when an option is out of range.
 */
export function guideByOutput(
  denoiser: Denoiser,
  shape: [number, number, number, number],
  { weight, every, levels }: GuideOptions,
  random: RandomStream,
): GuidedFit {
  requireNotNegative({ weight });
  requireCounts({ every });
  const { schedule } = denoiser;
  if (!(levels.low >= 1 && levels.low <= levels.high && levels.high <= schedule.steps)) {
    throw new RangeError(`levels: got ${levels.low} to ${levels.high}, want them in order from 1 to ${schedule.steps}`);
  }
  let guide = tf.zeros(shape) as tf.Tensor4D;
  let evaluations = 0;
  const levelOf = (iteration: number): number => {
    const draw = random.child("guide level").numbers(iteration)();
    return levels.low + Math.floor(draw * (levels.high - levels.low + 1));
  };
  return {
    fit: drawTo(shape, () => ({ guide, weight: evaluations > 0 ? weight : 0 })),
    get evaluations() {
      return evaluations;
    },
    observe({ iteration, averagedOutput }) {
      if (iteration % every !== 0) return;
      const t = levelOf(iteration);
      const xt = startFrom(schedule, averagedOutput, t, random.child(`guide ${iteration}`));
      const seen = denoiser.denoise(xt, t, { clip: true });
      guide.dispose();
      guide = fromModelRange(seen.clean);
      tf.dispose([xt, ...Object.values(seen)]);
      evaluations++;
    },
    dispose: () => guide.dispose(),
  };
}

/**
 * The DDPM's guess from the measurement as the guide: v = E[x | target] in one evaluation, kept for the whole fit. For
 * denoising this is the conditional guidance at its simplest: DIP is fitted to a blend of the noisy image and of what the
 * DDPM makes of it. v is made of the target alone, so that a held-out image measures the fit as before.
 * @param target of the fit, noise of standard deviation sigma.
 * @throws RangeError when the weight is below 0 or sigma beyond the schedule.
 */
export function guideByTarget(denoiser: Denoiser, target: tf.Tensor4D, sigma: number, weight: number): GuidedFit {
  requireNotNegative({ weight });
  const guide = denoiseOnce(denoiser, target, sigma);
  return {
    fit: drawTo(guide.shape, () => ({ guide, weight })),
    evaluations: 1,
    observe: () => undefined,
    dispose: () => guide.dispose(),
  };
}
