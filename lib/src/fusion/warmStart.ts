import {
  type DdnmOptions,
  type Denoiser,
  matchLevel,
  type NoiseSchedule,
  type Observation,
  restoreDdnm,
  type SamplingObservation,
  spreadTimes,
  startFrom,
} from "../ddpm";
import { type RandomStream, requirePositive, requireWhole, type tf } from "../runtime";

/**
 * The level from which a reverse diffusion should start on an image of this squared error: the first t with
 * (1 - alphaBar)/alphaBar >= 4 kappa risk, so that the noise put on covers the error (SDEdit, Meng et al. 2022; the 4 turns
 * image units into model range). An error beyond the noisiest level gives the last one.
 * @param risk mean squared error of the image, squared image units; one that came out below 1e-6 counts as that.
 * @throws RangeError when kappa is not above 0 or the risk is not a number.
 */
export function startLevel(schedule: NoiseSchedule, risk: number, kappa = 1): number {
  requirePositive({ kappa });
  if (Number.isNaN(risk)) throw new RangeError("risk: got NaN, want a squared error");
  const wanted = 4 * kappa * Math.max(risk, 1e-6);
  const most = 1 / (schedule.alphaBar.at(-1) as number) - 1;
  return wanted >= most ? schedule.steps : matchLevel(schedule, wanted);
}

/** Where a warm start begins and how many evaluations it may take. */
export interface WarmStartOptions extends Omit<DdnmOptions, "times" | "end"> {
  /** The level that the image is noised up to. */
  from: number;
  /** Evaluations from there to the clean image; as many as there are levels at most. */
  evaluations: number;
}

/**
 * Restoration by diffusion from an image instead of from noise: the image is noised up to a level and DDNM goes down from
 * there in few evaluations (Come-Closer-Diffuse-Faster, Chung et al. 2022, with Deep Image Prior as the one that comes
 * closer). The reverse process contracts errors of the start, the more the higher the level; what the image had right is
 * kept, the more the lower.
 * @param image [1, height, width, channels] in [0, 1].
 * @throws RangeError when an option is out of range.
 */
export function* restoreFromImage(
  denoiser: Denoiser,
  observation: Observation,
  image: tf.Tensor4D,
  random: RandomStream,
  { from, evaluations, ...options }: WarmStartOptions,
): Generator<SamplingObservation, void, void> {
  requireWhole({ from }, 1, denoiser.schedule.steps);
  const times = spreadTimes(from, Math.min(evaluations, from));
  const start = startFrom(denoiser.schedule, image, from, random);
  try {
    yield* restoreDdnm(denoiser, observation, start, random, { ...options, times });
  } finally {
    start.dispose();
  }
}
