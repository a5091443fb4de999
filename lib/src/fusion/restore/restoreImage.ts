import { setImmediate as nextTurn } from "node:timers/promises";
import { type DiffusionPrior, openDiffusion } from "../../ddpm";
import { openProgress, type Progress } from "../../runtime";
import { createPriorNetwork, type PriorNetwork } from "../priorNetwork";
import { restore } from "./restore";
import { type Effort, priorsOf, type RestoreSettings, settingsOf } from "./settings";
import type { RestorationTask, Restored, RestoreOptions, RestoreProgress } from "./task";

/** The network that DIP is given where none is named: that of the experiments. */
const usualNetwork: PriorNetwork = {
  kind: "skip",
  filters: [32, 32, 32, 32],
  skipFilters: 4,
  upsampling: "bilinear",
};

/** A restoration with the project's own models, where no others are named. */
export interface RestorationChoice extends Partial<RestoreSettings>, Pick<RestoreOptions, "seed" | "engine"> {
  /** Its settings, and its priors, where they are not given. */
  effort?: Effort | undefined;
  /** By name, for `openDiffusion`, or priors of one's own; of several, denoising weighs all. */
  prior?: string | DiffusionPrior | readonly (string | DiffusionPrior)[] | undefined;
  network?: PriorNetwork | undefined;
}

/** Options of `restoreImage`. */
export interface RestoreImageOptions extends RestorationChoice {
  progress?: (total: number) => Progress;
  /** Ends the restoration between two iterations. */
  signal?: AbortSignal | undefined;
}

/** `restore` with the project's priors and network. @throws as `restore` and `openDiffusion` do. */
export function beginRestoration(
  task: RestorationTask,
  { effort = "usual", prior, network = usualNetwork, ...options }: RestorationChoice = {},
): Generator<RestoreProgress, Restored, void> {
  const kind = task.whole ? "denoise" : "fill";
  const priors = [prior ?? priorsOf(kind)].flat();
  return restore(task, {
    ...settingsOf(kind, effort),
    ...options,
    prior: priors.map((one) => (typeof one === "string" ? openDiffusion(one) : one)),
    createNetwork: (channels, seed) => createPriorNetwork(network, channels, seed),
  });
}

/**
 * `beginRestoration` run to its end, with a progress bar, and turns for the event loop, so that it can be interrupted.
 * @returns the image, the caller's, with its estimated error, costs and reasons.
 * @throws as `restore` and `openDiffusion` do, and the signal's reason.
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
