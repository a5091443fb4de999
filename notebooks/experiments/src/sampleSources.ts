import { type BatchSource, smoothImage } from "ddpm-dip/data";
import { type NoiseSchedule, startFrom } from "ddpm-dip/ddpm";
import { createSkipNetwork, fitDip } from "ddpm-dip/dip";
import { type RandomStream, tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";
import { mapImages } from "./batches";
import { boundedCache } from "./boundedCache";
import type { DdpmSampleSpec } from "./spec";

type Start = NonNullable<DdpmSampleSpec["start"]>;

/** Images, with their classes where they have some. The caller's. */
export type LabelledPool = ReturnType<BatchSource["next"]>;

/** What samples start from. Both tensors are the caller's. */
export interface Sources {
  /** [sources, size, size, 3]: what is noised. */
  images: tf.Tensor4D;
  originals: tf.Tensor4D;
  /** That it took to make the one of the other. */
  seconds: number;
}

/** The latest fits of the process, for trials that differ in nothing that they depend on. */
const fitted = boundedCache<{ pixels: Float32Array; seconds: number }>(8);

/**
 * Makes what samples start from; where there are classes the n-th source is of class n modulo their number, as the samples are.
 * @param pool consumed. @throws RangeError when a class has too few images in it.
 */
export async function makeSources(
  start: Start,
  { seeds, reference }: DdpmSampleSpec,
  pool: LabelledPool,
  context: TrialContext,
): Promise<Sources> {
  const originals = choose(pool, start.sources);
  pool.images.dispose();
  if (start.of === "image") return { images: originals.clone(), originals, seconds: 0 };
  const name = JSON.stringify([start.of, start.sources, start.iterations, seeds, reference.set, originals.shape]);
  const made = fitted.get(name) ?? (await makeAll(start, originals, seeds.sampler, context));
  fitted.set(name, made);
  return { images: tf.tensor4d(made.pixels, originals.shape), originals, seconds: made.seconds };
}

function choose({ images, labels }: LabelledPool, count: number): tf.Tensor4D {
  if (!labels) return tf.slice(images, 0, count);
  const kinds = Math.max(...labels) + 1;
  const taken = new Set<number>();
  const places = Array.from({ length: count }, (_, n) => {
    const place = labels.findIndex((label, i) => label === n % kinds && !taken.has(i));
    if (place < 0) throw new RangeError(`sources: got ${count}, there are too few images of class ${n % kinds}`);
    taken.add(place);
    return place;
  });
  return tf.gather(images, places);
}

async function makeAll(
  { of, iterations }: Start,
  originals: tf.Tensor4D,
  seed: number,
  context: TrialContext,
): Promise<{ pixels: Float32Array; seconds: number }> {
  const started = performance.now();
  const quiet: TrialContext = { ...context, onProgress: () => undefined };
  const made = await mapImages(originals, (image, place) =>
    of === "dip" ? fitShortly(image, iterations, seed + place, quiet) : smoothImage(image, 1.5),
  );
  const pixels = made.dataSync() as Float32Array;
  made.dispose();
  return { pixels, seconds: (performance.now() - started) / 1000 };
}

async function fitShortly(
  image: tf.Tensor4D,
  iterations: number,
  seed: number,
  context: TrialContext,
): Promise<tf.Tensor4D> {
  const network = createSkipNetwork({ filters: [16, 16, 16], skipFilters: 4 }, seed);
  const fit = fitDip(network, image, { iterations, seed, engine: context.engine });
  let last: tf.Tensor4D | undefined;
  for await (const { output, iteration } of watch(fit, iterations, context)) {
    if (iteration === iterations) last = output.clone();
  }
  network.dispose();
  if (!last) throw new Error("DIP made no image");
  return last;
}

/** x_t of the next sources in turn, each with noise of its own. The caller's, as `inTurn`'s. */
export function startFromSources(
  { images }: Sources,
  schedule: NoiseSchedule,
  first: number,
  count: number,
  random: RandomStream,
  level: number,
): tf.Tensor4D {
  const chosen = inTurn(images, first, count);
  const start = startFrom(schedule, chosen, level, random);
  chosen.dispose();
  return start;
}

export function inTurn(images: tf.Tensor4D, first: number, count: number): tf.Tensor4D {
  return tf.gather(
    images,
    Array.from({ length: count }, (_, i) => (first + i) % images.shape[0]),
  );
}

/** Root mean squared difference of each sample and the image that it started from, on the mean. */
export function distanceFromSources({ originals }: Sources, samples: tf.Tensor4D): number {
  return tf.tidy(() => {
    const own = inTurn(originals, 0, samples.shape[0]);
    return tf.squaredDifference(samples, own).mean([1, 2, 3]).sqrt().mean().dataSync()[0] as number;
  });
}
