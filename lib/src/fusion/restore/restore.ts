import { setImmediate as nextTurn } from "node:timers/promises";
import { openProgress, type Progress } from "../../runtime";
import { denoiseWhole } from "./denoise";
import { fillIn } from "./fillIn";
import {
  completeOptions,
  type RestorationChoice,
  type RestorationTask,
  type Restored,
  type RestoreProgress,
} from "./task";

export interface RestoreImageOptions extends RestorationChoice {
  progress?: (total: number) => Progress;
  /** Ends the restoration between two iterations. */
  signal?: AbortSignal | undefined;
}

/**
 * Restores an image by the recommended combination of DIP and DDPM, chosen by the task: for denoising the priors' networks,
 * each fitted to the image as a DIP is, weighed by their estimated risk; else the image of least total variation, or DIP's where that is
 * asked for and nearer or a gap is out of reach of what is known, then a diffusion from there, or the mean of several. It never sees a clean image; every choice that depends on the image is made by an
 * estimate and told in `reasons`.
 * @returns a generator that yields how far it is and returns the image with its estimated error, costs and reasons. Leaving
 *   it early frees what it holds.
 * @throws RangeError when an option is out of range, or when denoising is asked for without a noise level; as `openDiffusion`.
 */
export function* beginRestoration(
  task: RestorationTask,
  choice: RestorationChoice = {},
): Generator<RestoreProgress, Restored, void> {
  const complete = completeOptions(task, choice);
  return yield* task.whole ? denoiseWhole(task, complete) : fillIn(task, complete);
}

/**
 * `beginRestoration` run to its end, with a progress bar, and turns for the event loop, so that it can be interrupted.
 * @returns the image, the caller's, with its estimated error, costs and reasons.
 * @throws as `beginRestoration` does, and the signal's reason.
 */
export async function restoreImage(
  task: RestorationTask,
  { progress = openProgress, signal, ...choice }: RestoreImageOptions = {},
): Promise<Restored> {
  const display = progress(1);
  const work = beginRestoration(task, choice);
  let turned = Date.now();
  try {
    for (;;) {
      const { done, value } = work.next();
      if (done) {
        display.finish(`restored in ${value.seconds.toFixed(1)} s`);
        return value;
      }
      if (Date.now() - turned < 100) continue;
      display.update(value.share, value.stage);
      await nextTurn();
      signal?.throwIfAborted();
      turned = Date.now();
    }
  } finally {
    work.return(undefined as never);
  }
}
