import { setImmediate as nextTurn } from "node:timers/promises";
import { openProgress, type Progress, type tf } from "../../runtime";
import { createPriorNetwork, type PriorNetwork } from "../priorNetwork";
import { openPrior } from "./openPrior";
import { restore } from "./restore";
import type { RestorationPrior, RestorationTask, Restored, RestoreOptions } from "./task";

/** The network that DIP is given where none is named: that of the experiments. */
const usualNetwork: PriorNetwork = {
  kind: "skip",
  filters: [32, 32, 32, 32],
  skipFilters: 4,
  upsampling: "bilinear",
};

/** Options of `restoreImage`. */
export interface RestoreImageOptions extends Omit<RestoreOptions, "prior" | "createNetwork"> {
  /** Its name, for `openPrior`, or a prior of one's own. */
  prior?: string | RestorationPrior;
  network?: PriorNetwork;
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
 * @throws as `restore` and `openPrior` do, and the signal's reason.
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
