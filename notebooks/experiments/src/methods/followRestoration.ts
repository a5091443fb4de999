import { createIdentity } from "ddpm-dip/data";
import { beginRestoration, type RestorationTask, type Restored, type RestoreProgress } from "ddpm-dip/fusion";
import type { tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";

/** The task of taking noise off an image, all of which was measured. */
export const denoisingOf = (measured: tf.Tensor4D, sigma: number): RestorationTask => {
  const [, height, width] = measured.shape;
  return { measurement: createIdentity(), measured, sigma, size: [height, width], whole: true };
};

/**
 * The library's `restore` run to its end within a trial.
 * @param total steps, for the progress. @param onPart is awaited for each image that the result is made of; it lives until then.
 * @throws as the restoration does, and the signal's reason; what it holds is then freed.
 */
export async function followRestoration(
  task: RestorationTask,
  options: Omit<NonNullable<Parameters<typeof beginRestoration>[1]>, "engine">,
  total: number,
  context: TrialContext,
  onPart: (part: NonNullable<RestoreProgress["part"]>) => void | Promise<void>,
): Promise<Restored> {
  const work = beginRestoration(task, { ...options, engine: context.engine });
  try {
    let step = work.next();
    const steps = (function* () {
      for (; !step.done; step = work.next()) yield step.value;
    })();
    for await (const { part } of watch(steps, Math.max(1, total), context)) if (part) await onPart(part);
    if (!step.done) throw new Error("the restoration did not come to its end");
    return step.value;
  } finally {
    work.return(undefined as never);
  }
}
