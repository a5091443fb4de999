import type { Sides } from "./decodeImage";
import { db2 } from "./noiseLevel";

/** Of a resampling along one side: for each output the first input and the weights, which sum to one. */
interface Weights {
  first: number[];
  weights: Float64Array[];
}

const lobes = 3;

function lanczos(place: number): number {
  if (place === 0) return 1;
  if (Math.abs(place) >= lobes) return 0;
  const angle = Math.PI * place;
  return (lobes * Math.sin(angle) * Math.sin(angle / lobes)) / angle ** 2;
}

function planSide(from: number, to: number): Weights {
  const scale = Math.max(1, from / to);
  const plan: Weights = { first: [], weights: [] };
  for (let i = 0; i < to; i++) {
    const centre = ((i + 0.5) * from) / to - 0.5;
    const low = Math.max(0, Math.ceil(centre - lobes * scale));
    const high = Math.min(from - 1, Math.floor(centre + lobes * scale));
    const weights = Float64Array.from({ length: high - low + 1 }, (_, k) => lanczos((low + k - centre) / scale));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    plan.first.push(low);
    plan.weights.push(weights.map((weight) => weight / sum));
  }
  return plan;
}

/**
 * By what white noise falls when an image is brought to another size by `resampleLanczos`: the root of the mean, over the
 * pixels, of the sum of the squared weights.
 */
export function noiseGain(from: Sides, to: Sides): number {
  const power = (before: number, after: number) => {
    const { weights } = planSide(before, after);
    const squares = weights.map((one) => one.reduce((sum, weight) => sum + weight ** 2, 0));
    return squares.reduce((sum, square) => sum + square, 0) / after;
  };
  return Math.sqrt(power(from.width, to.width) * power(from.height, to.height));
}

/**
 * What `estimateSigmaWavelet` is to be multiplied with after an image was brought to another size: Lanczos takes most
 * of white noise at the highest frequencies, where the wavelet looks.
 */
export function estimateGain(from: Sides, to: Sides): number {
  const power = (before: number, after: number) => {
    const { first, weights } = planSide(before, after);
    let sum = 0;
    let count = 0;
    for (let i = 0; i + db2.length <= after; i += 2) {
      const response = new Map<number, number>();
      for (const [k, factor] of db2.entries()) {
        weights[i + k]?.forEach((weight, j) => {
          const place = (first[i + k] as number) + j;
          response.set(place, (response.get(place) ?? 0) + factor * weight);
        });
      }
      for (const value of response.values()) sum += value ** 2;
      count++;
    }
    return count === 0 ? 1 : sum / count;
  };
  return noiseGain(from, to) / Math.sqrt(power(from.width, to.width) * power(from.height, to.height));
}

/** Along one side: `before` sets of lines, each of `from` lines of `width` values. */
function resampleSide(values: Float32Array, before: number, from: number, to: number, width: number): Float32Array {
  const plan = planSide(from, to);
  const resampled = new Float32Array(before * to * width);
  const line = new Float64Array(width);
  for (let set = 0; set < before; set++) {
    for (let place = 0; place < to; place++) {
      line.fill(0);
      const weights = plan.weights[place] as Float64Array;
      for (let k = 0; k < weights.length; k++) {
        const weight = weights[k] as number;
        const start = (set * from + (plan.first[place] as number) + k) * width;
        for (let i = 0; i < width; i++) line[i] = (line[i] as number) + weight * (values[start + i] as number);
      }
      resampled.set(line, (set * to + place) * width);
    }
  }
  return resampled;
}

/**
 * Brings an image to another size by Lanczos-3, whose width is that of the larger pixels; made for smaller images.
 * @param values interleaved, `channels` a pixel. @returns the same of the other size; not clipped.
 */
export function resampleLanczos(values: Float32Array, channels: number, from: Sides, to: Sides): Float32Array {
  const narrow = resampleSide(values, from.height, from.width, to.width, channels);
  return resampleSide(narrow, 1, from.height, to.height, to.width * channels);
}

/**
 * Brings an image to another size together with what is known of it: the weighted image over the weights, so that nothing
 * of what has no weight gets into what has.
 * @param weights of each pixel, in [0, 1]. @param sides before and after.
 * @param options.least weight that must be left. @param options.otherwise the values where less is, in the new size.
 * @returns the image, not clipped.
 */
export function resampleWeighted(
  values: Float32Array,
  weights: Float32Array,
  channels: number,
  { from, to }: { from: Sides; to: Sides },
  { least, otherwise }: { least: number; otherwise: Float32Array },
): Float32Array {
  const weighted = values.map((value, i) => value * (weights[Math.floor(i / channels)] as number));
  const small = resampleLanczos(weighted, channels, from, to);
  const kept = resampleLanczos(weights, 1, from, to);
  return small.map((value, i) => {
    const weight = kept[Math.floor(i / channels)] as number;
    return weight < least ? (otherwise[i] as number) : value / weight;
  });
}
