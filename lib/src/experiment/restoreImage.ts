import { setImmediate as nextTurn } from "node:timers/promises";
import { type RestorationPrior, type RestorationTask, type Restored, type RestoreOptions, restore } from "../fusion";
import type { tf } from "../runtime";
import { nameCheckpoint, openCheckpoint } from "./checkpoints";
import { createPriorNetwork } from "./priorNetwork";
import { openProgress, type Progress } from "./progress";
import type { SpecOf } from "./spec";
import { readTrainingLog, trainingFiles } from "./training";

/** A DDPM's error by level, as the last validation of its training measured it. @throws Error when there is no log of it. */
export function readLevelErrors(name: string): { t: number; cleanError: number }[] {
  const { log } = trainingFiles(name);
  const last = readTrainingLog(log)?.validation.at(-1);
  if (!last) throw new Error(`the log of the checkpoint "${name}" (${log}) holds no validation`);
  return last.levels.map(({ t, cleanError }) => ({ t, cleanError: Number(cleanError.toPrecision(4)) }));
}

/** A checkpoint as the prior of a restoration. @throws Error when it or its log is missing or damaged. */
export function openPrior(name: string): RestorationPrior {
  const checkpoint = nameCheckpoint(name);
  const { network, schedule } = openCheckpoint(checkpoint);
  network.dispose();
  return { schedule, levelErrors: readLevelErrors(name), open: () => openCheckpoint(checkpoint).network };
}

/** The network that DIP is given where none is named: that of the experiments. */
const usualNetwork: SpecOf<"dip-task">["network"] = {
  kind: "skip",
  filters: [32, 32, 32, 32],
  skipFilters: 4,
  upsampling: "bilinear",
};

/** Options of `restoreImage`. */
export interface RestoreImageOptions extends Omit<RestoreOptions, "prior" | "createNetwork"> {
  /** Name of the checkpoint, or a prior of one's own. */
  prior?: string | RestorationPrior;
  network?: SpecOf<"dip-task">["network"];
  progress?: (total: number) => Progress;
  /** Ends the restoration between two iterations. */
  signal?: AbortSignal | undefined;
  /** Shown DIP's own image when DIP has ended, and the seconds until then. The image lives for the call. */
  onDip?: ((image: tf.Tensor4D, risk: number, seconds: number) => void) | undefined;
}

/**
 * `restore` with the project's prior and network, a progress bar, and turns for the event loop, so that it can be
 * interrupted.
 * @returns the image, the caller's, with its estimated error, costs and reasons.
 * @throws as `restore` does, Error when the checkpoint is missing or damaged, and the signal's reason.
 */
export async function restoreImage(
  task: RestorationTask,
  {
    prior = "photos",
    network = usualNetwork,
    progress = openProgress,
    signal,
    onDip,
    ...options
  }: RestoreImageOptions = {},
): Promise<Restored> {
  const started = performance.now();
  const display = progress(1);
  const work = restore(task, {
    ...options,
    prior: typeof prior === "string" ? openPrior(prior) : prior,
    createNetwork: (channels, seed) => createPriorNetwork(network, channels, seed),
  });
  let turned = Date.now();
  try {
    for (;;) {
      const { done, value } = work.next();
      if (done) {
        display.finish(`restored in ${value.seconds.toFixed(1)} s`);
        return value;
      }
      if (value.image) onDip?.(value.image, value.risk ?? Number.NaN, (performance.now() - started) / 1000);
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
