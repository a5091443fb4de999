import { createIdentity } from "ddpm-dip/data";
import { fitEach, leastVariation } from "ddpm-dip/dip";
import { tf } from "ddpm-dip/runtime";
import { type TrialContext, watch } from "ddpm-dip/trials";
import { boundedCache } from "../boundedCache";
import type { DegradedImages } from "./images";

/** What DIP, or a control in its place, makes of images. */
interface Guesses {
  /** By iterations of DIP, 0 for a control: [count, size, size, 3]; the maker's. */
  images: Map<number, tf.Tensor4D>;
  /** Until there, of all images. */
  seconds: Map<number, number>;
}

/** Images that are fitted side by side. */
const together = 32;
/** The latest fits of the process: trials of other variants and seeds of the training want the same. */
const fitted = boundedCache<Guesses>(8, ({ images }) => tf.dispose([...images.values()]));

/**
 * The images of least total variation with what was measured, each by itself, for each is that of all of its channels; cached as
 * DIP's are.
 */
export function varyLeast(name: string, { clean, mask, given, open }: DegradedImages): Guesses {
  const key = JSON.stringify([name, clean.shape, "variation"]);
  const known = fitted.get(key);
  if (known) return known;
  const started = performance.now();
  const images = Array.from({ length: clean.shape[0] }, (_, i) => {
    const cut = (x: tf.Tensor4D) => tf.slice(x, [i, 0, 0, 0], [1, -1, -1, -1]);
    const own = cut(mask);
    const operator = open(own);
    const image = tf.tidy(() => leastVariation(operator.measure(cut(clean)), operator, cut(given)));
    operator.dispose();
    own.dispose();
    return image;
  });
  const all = tf.concat(images) as tf.Tensor4D;
  tf.dispose(images);
  const made = { images: new Map([[0, all]]), seconds: new Map([[0, (performance.now() - started) / 1000]]) };
  fitted.set(key, made);
  return made;
}

/** Images, and what was measured of them: all where left out. */
type Measured = Pick<DegradedImages, "clean"> & { sampling?: Pick<DegradedImages, "mask" | "open"> };

/**
 * Short Deep Image Priors of images, one network each, after several numbers of iterations; cached, so clone what is to outlast
 * the next call. @param name of the images: the same name stands for the same images.
 */
export async function fitGuesses(
  name: string,
  { clean, sampling }: Measured,
  iterations: readonly number[],
  context: TrialContext,
): Promise<Guesses> {
  const wanted = [...new Set(iterations)].sort((a, b) => a - b);
  const key = JSON.stringify([name, clean.shape, wanted]);
  const known = fitted.get(key);
  if (known) return known;
  const parts = new Map(wanted.map((k) => [k, [] as tf.Tensor4D[]]));
  const seconds = new Map(wanted.map((k) => [k, 0]));
  const [count] = clean.shape;
  const last = wanted.at(-1) as number;
  for (let first = 0; first < count; first += together) {
    const size = Math.min(together, count - first);
    const cut = (x: tf.Tensor4D) => tf.slice(x, [first, 0, 0, 0], [size, -1, -1, -1]);
    const mask = sampling && cut(sampling.mask);
    const operator = mask ? sampling.open(mask) : createIdentity();
    const target = tf.tidy(() => operator.measure(cut(clean)));
    const started = performance.now();
    const options = { iterations: last, firstImage: first, engine: context.engine };
    const fit = fitEach(target, { ...options, measure: operator.measure });
    const quiet: TrialContext = { ...context, onProgress: () => undefined };
    for await (const { iteration, averagedOutput } of watch(fit, last, quiet)) {
      const kept = parts.get(iteration);
      if (!kept) continue;
      kept.push(averagedOutput.clone());
      seconds.set(iteration, (seconds.get(iteration) as number) + (performance.now() - started) / 1000);
    }
    operator.dispose();
    tf.dispose([target, ...(mask ? [mask] : [])]);
  }
  const joined = new Map([...parts].map(([k, some]) => [k, tf.concat(some) as tf.Tensor4D]));
  tf.dispose([...parts.values()]);
  const made = { images: joined, seconds };
  fitted.set(key, made);
  return made;
}
