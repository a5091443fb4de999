import { denoiseWhole } from "./denoise";
import { fillIn } from "./fillIn";
import {
  completeOptions,
  type RestorationTask,
  type Restored,
  type RestoreOptions,
  type RestoreProgress,
} from "./task";

/**
 * Restores an image by the recommended combination of DIP and DDPM, chosen by the task: for denoising the priors' networks,
 * each fitted to the image as a DIP is, weighed by their estimated risk; else DIP on the measurement, then a short diffusion from
 * the level that covers its estimated error. It never sees a clean image; every choice that depends on the image is made by an estimate
 * and told in `reasons`.
 * @returns a generator that yields how far it is and returns the image with its estimated error, costs and reasons. Leaving
 *   it early frees what it holds.
 * @throws RangeError when an option is out of range, or when denoising is asked for without a noise level.
 */
export function* restore(task: RestorationTask, options: RestoreOptions): Generator<RestoreProgress, Restored, void> {
  const complete = completeOptions(task, options);
  return yield* task.whole ? denoiseWhole(task, complete) : fillIn(task, complete);
}
