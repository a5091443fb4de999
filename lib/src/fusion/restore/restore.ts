import { setImmediate as nextTurn } from "node:timers/promises";
import { type DiffusionPrior, openDiffusion } from "../../ddpm";
import { openProgress, type Progress } from "../../runtime";
import { createPriorNetwork, type PriorNetwork } from "../priorNetwork";
import { denoiseWhole } from "./denoise";
import { fillIn } from "./fillIn";
import { type Effort, priorsOf, type RestoreSettings, settingsOf } from "./settings";
import {
  completeOptions,
  type RestorationTask,
  type Restored,
  type RestoreOptions,
  type RestoreProgress,
} from "./task";

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

/**
 * Restores an image by the recommended combination of DIP and DDPM, chosen by the task: for denoising the priors' networks,
 * each fitted to the image as a DIP is, weighed by their estimated risk; else the image of least total variation, or DIP's where that is
 * asked for and nearer, then a diffusion from the level that covers its estimated error. It never sees a clean image; every choice that depends on the image is made by an estimate
 * and told in `reasons`.
 * @returns a generator that yields how far it is and returns the image with its estimated error, costs and reasons. Leaving
 *   it early frees what it holds.
 * @throws RangeError when an option is out of range, or when denoising is asked for without a noise level.
 */
export function* restore(task: RestorationTask, options: RestoreOptions): Generator<RestoreProgress, Restored, void> {
  const complete = completeOptions(task, options);
  return yield* task.whole ? denoiseWhole(task, complete) : fillIn(task, complete);
}

/** `restore` with the project's priors and network. @throws as `restore` and `openDiffusion` do. */
export function beginRestoration(
  task: RestorationTask,
  { effort = "usual", prior, network = usualNetwork, ...options }: RestorationChoice = {},
): Generator<RestoreProgress, Restored, void> {
  const kind = task.whole ? "denoise" : "fill";
  const priors = [prior ?? priorsOf(kind, effort)].flat();
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
