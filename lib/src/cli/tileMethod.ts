import { type RestorationChoice, type RestorationTask, restoreImage } from "../fusion";
import { tf } from "../runtime";
import { restoreSettingsOf, type Settings } from "./settings";

/** A restored tile or photo, and how it came about. */
export interface Version {
  /** [1, height, width, 3] in [0, 1]; the owner's. */
  image: tf.Tensor4D;
  /** Estimated mean squared error, squared image units. */
  risk: number;
  seconds: number;
  /** Of DIP, and of the DDPM. */
  iterations: number;
  evaluations: number;
  reasons: string[];
}

/** What a tile is restored with. */
export interface TileContext {
  settings: Settings;
  seed: number;
  signal?: AbortSignal | undefined;
  onProgress(share: number, stage: string): void;
}

/** A way to restore a tile. */
export type TileMethod = (task: RestorationTask, context: TileContext) => Promise<Version>;

/** The prior and DIP's network, where they are not the project's own. */
export type Models = Pick<RestorationChoice, "prior" | "network">;

/** The recommended combination; a tile without gaps and noise is left as it is. */
export function byBoth(models: Models = {}): TileMethod {
  return async (task, { settings, seed, signal, onProgress }) => {
    if (isComplete(task)) return leftAsItIs(task.measured);
    const { image, risk, seconds, reasons, iterations, evaluations } = await restoreImage(task, {
      ...models,
      ...restoreSettingsOf(settings),
      ...{ effort: settings.effort, seed, signal },
      progress: () => ({ update: onProgress, finish() {} }),
    });
    return { image, risk, seconds, iterations, evaluations, reasons };
  };
}

function isComplete({ mask, sigma }: RestorationTask): boolean {
  return mask !== undefined && !sigma && tf.tidy(() => mask.min().dataSync()[0] === 1);
}

function leftAsItIs(image: tf.Tensor4D): Version {
  const reasons = ["Nothing is missing here: left as it is."];
  return { image: image.clone(), risk: 0, seconds: 0, iterations: 0, evaluations: 0, reasons };
}
