import { denoiseOnce, fromModelRange, openDiffusion, openExperts, restoreDdnm, spreadTimes } from "../ddpm";
import { type RestorationTask, type RestoreImageOptions, restoreImage } from "../fusion";
import { openStream, tf } from "../runtime";
import type { Settings } from "./settings";

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
export type Models = Pick<RestoreImageOptions, "prior" | "network">;

/** Of a tile's work, where a stage begins and how much of it it is, by its usual duration. */
const stages: Record<string, [number, number]> = { DIP: [0, 0.65], adaptation: [0.65, 0.35], diffusion: [0.95, 0.05] };

/**
 * The recommended combination, "restored"; a tile without gaps and noise is left as it is.
 * @param withDip DIP's own image, stopped by its own rule, as "dip" as well.
 */
export function byTheWhole({ withDip = false, ...models }: Models & { withDip?: boolean } = {}): TileMethod {
  return async (task, { settings, seed, signal, onProgress }) => {
    const { iterations, patience, guess = false, evaluations, adaptations } = settings;
    if (!withDip && isComplete(task)) return { restored: leftAsItIs(task.measured) };
    const versions: Record<string, Version> = {};
    const span = (stage: string): [number, number] =>
      stage === "DIP" && !task.whole ? [0, 0.95] : (stages[stage] as [number, number]);
    try {
      const { image, risk, seconds, reasons, ...counts } = await restoreImage(task, {
        ...models,
        ...{ iterations, patience, guess, evaluations, adaptations, seed, signal },
        progress: () => ({
          update: (share, stage) => onProgress(span(stage)[0] + span(stage)[1] * share, stage),
          finish() {},
        }),
        onDip: (image, risk, seconds) => {
          if (!withDip) return;
          versions.dip = { image: image.clone(), risk, seconds, iterations: 0, evaluations: 0, reasons: [] };
        },
      });
      if (versions.dip) versions.dip.iterations = counts.iterations;
      const { iterations: ran, evaluations: spent } = counts;
      versions.restored = { image, risk, seconds, reasons, iterations: ran, evaluations: spent };
      return versions;
    } catch (error) {
      for (const { image } of Object.values(versions)) image.dispose();
      throw error;
    }
  };
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
export function byTheDdpmAlone({ prior = "photos" }: Models = {}): TileMethod {
  return async (task, { seed, signal, onProgress }) => {
    const started = performance.now();
    const diffusion = typeof prior === "string" ? openDiffusion(prior) : prior;
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
