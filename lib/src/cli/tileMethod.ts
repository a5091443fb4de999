import { denoiseOnce, fromModelRange, openDiffusion, openExperts, restoreDdnm, spreadTimes } from "../ddpm";
import {
  beginRestoration,
  priorsOf,
  type RestorationChoice,
  type RestorationTask,
  restoreImage,
  settingsOf,
} from "../fusion";
import { openStream, tf } from "../runtime";
import { restoreSettingsOf, type Settings } from "./settings";

/** A way's image of a tile, and how it came about. */
export interface Version {
  /** [1, height, width, 3] in [0, 1]; the owner's. */
  image: tf.Tensor4D;
  /** Estimated mean squared error, squared image units; NaN where the way makes no estimate. */
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

/** A way, or several at once, to restore a tile: images by the way's name. */
export type TileMethod = (task: RestorationTask, context: TileContext) => Promise<Record<string, Version>>;

/** The prior and DIP's network, where they are not the project's own. */
export type Models = Pick<RestorationChoice, "prior" | "network">;

/**
 * The recommended combination, "restored"; a tile without gaps and noise is left as it is.
 * @param withDip DIP's own image, stopped by its own rule, as "dip" as well.
 */
export function byBoth({ withDip = false, ...models }: Models & { withDip?: boolean } = {}): TileMethod {
  return async (task, { settings, seed, signal, onProgress }) => {
    if (!withDip && isComplete(task)) return { restored: leftAsItIs(task.measured) };
    const chosen = { ...models, ...restoreSettingsOf(settings), effort: settings.effort, seed };
    const versions: Record<string, Version> = {};
    const hold = ({ image, risk }: { image: tf.Tensor4D; risk: number }, seconds: number) => {
      versions.dip = { image: image.clone(), risk, seconds, iterations: 0, evaluations: 0, reasons: [] };
    };
    try {
      // Where DIP is among the images that are weighed, the restoration shows it.
      const isApart = withDip && task.whole && chosen.iterations === 0;
      const fitted = isApart ? await fitDipAlone(task, chosen, { signal, onProgress, hold }) : undefined;
      const { image, risk, seconds, reasons, ...counts } = await restoreImage(task, {
        ...chosen,
        signal,
        progress: () => ({ update: onProgress, finish() {} }),
        onPart: (part, seconds) => {
          if (withDip && part.name === "DIP") hold(part, seconds);
        },
      });
      const { iterations: ran, evaluations: spent } = counts;
      if (versions.dip) versions.dip.iterations = fitted ?? ran;
      versions.restored = { image, risk, seconds, reasons, iterations: ran, evaluations: spent };
      return versions;
    } catch (error) {
      for (const { image } of Object.values(versions)) image.dispose();
      throw error;
    }
  };
}

/** DIP alone on a noisy tile, as `--thorough` fits it, without the rest. @returns its iterations. */
async function fitDipAlone(
  task: RestorationTask,
  chosen: RestorationChoice,
  {
    signal,
    onProgress,
    hold,
  }: Pick<TileContext, "signal" | "onProgress"> & {
    hold(part: { image: tf.Tensor4D; risk: number }, seconds: number): void;
  },
): Promise<number> {
  const started = performance.now();
  const { iterations } = settingsOf("denoise", "thorough");
  let count = 0;
  for (const { stage, share, risk = Number.NaN, part } of beginRestoration(task, { ...chosen, iterations })) {
    if (part) {
      hold({ image: part.image, risk }, (performance.now() - started) / 1000);
      break;
    }
    count++;
    onProgress(share, `${stage} alone`);
    await new Promise((done) => setImmediate(done));
    signal?.throwIfAborted();
  }
  return count;
}

function isComplete({ mask, sigma }: RestorationTask): boolean {
  return mask !== undefined && !sigma && tf.tidy(() => mask.min().dataSync()[0] === 1);
}

function leftAsItIs(image: tf.Tensor4D): Version {
  const reasons = ["Nothing is missing here: left as it is."];
  return { image: image.clone(), risk: 0, seconds: 0, iterations: 0, evaluations: 0, reasons };
}

/** Levels of DDNM where the DDPM restores alone. */
const aloneLevels = 100;

/** The DDPM alone, "ddpm": one evaluation at the noise's level for denoising, DDNM from pure noise otherwise. */
export function byTheDdpmAlone({ prior }: Models = {}): TileMethod {
  return async (task, { seed, signal, onProgress }) => {
    const started = performance.now();
    // Of several the last: the combination's DDPM stands behind its expert denoiser.
    const named = [prior ?? priorsOf(task.whole ? "denoise" : "fill")].flat().at(-1) as string;
    const diffusion = typeof named === "string" ? openDiffusion(named) : named;
    const { schedule } = diffusion;
    const denoiser = openExperts(diffusion, [...task.size, 3]);
    const version = (image: tf.Tensor4D, evaluations: number) => {
      const seconds = (performance.now() - started) / 1000;
      return { ddpm: { image, risk: Number.NaN, seconds, iterations: 0, evaluations, reasons: [] } };
    };
    try {
      if (task.whole) return version(denoiseOnce(denoiser, task.measured, task.sigma ?? 0), 1);
      const random = openStream(seed, "sampler");
      const start = random.child("start").normal([1, ...task.size, 3]) as tf.Tensor4D;
      const times = spreadTimes(schedule.steps, Math.min(aloneLevels, schedule.steps));
      let last: tf.Tensor4D | undefined;
      try {
        for (const { sample, t, evaluations } of restoreDdnm(denoiser, task, start, random, { times })) {
          onProgress(evaluations / times.length, "DDNM");
          await new Promise((done) => setImmediate(done));
          signal?.throwIfAborted();
          if (t === 0) last = tf.tidy(() => fromModelRange(sample).clipByValue(0, 1) as tf.Tensor4D);
        }
      } finally {
        start.dispose();
      }
      if (!last) throw new Error("the sampler did not come to its end");
      return version(last, times.length);
    } finally {
      denoiser.dispose();
    }
  };
}
