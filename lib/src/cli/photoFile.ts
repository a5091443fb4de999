import { encodePng, readMask } from "../data";
import { type DecodedImage, decodeImage, type Sides, toUnit } from "../data/decodeImage";
import { requireGaps } from "../data/masks";
import { estimateGain, noiseGain, resampleLanczos, resampleWeighted } from "../data/shrink";
import { tf } from "../runtime";

/** A photo as it is worked on. The tensors belong to whoever read it. */
export interface ReadPhoto {
  /** [1, height, width, 3], or 1 where all pixels are grey, in [0, 1]; not laid over anything where it is transparent. */
  image: tf.Tensor4D;
  /** [1, height, width, 1] in [0, 1], where the file has one. */
  alpha?: tf.Tensor4D | undefined;
  /** More than 8 bits a channel. */
  deep: boolean;
  /** [1, height, width, 1], ones where it is known, where there is a mask. */
  known?: tf.Tensor4D | undefined;
  /** The sides it has in its file, seen upright. */
  original: Sides;
  /** What is left of the deviation of white noise after it was brought to a smaller size; 1 where it was not. */
  noiseGain: number;
  /** What an estimate of the noise in it is to be multiplied with; 1 where it was not. */
  estimateGain: number;
}

export function tensorsOf({ image, alpha, known }: ReadPhoto): tf.Tensor4D[] {
  return [image, alpha, known].filter((one) => one !== undefined);
}

interface ReadPhotoOptions {
  /** Brings a larger one down to this longer side (Lanczos-3); as it is when left out. */
  longest?: number | undefined;
  /** File of a mask in the photo's own size: light pixels are known. */
  mask?: string | undefined;
  /** What it is called in errors; its file when left out. */
  name?: string;
}

function limitSides({ width, height }: Sides, longest = Number.POSITIVE_INFINITY): Sides {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Reads a photo as `data.readImage` does, but keeps alpha beside the colours under it and takes a colour file whose channels
 * are all the same as grey. What is shrunk is weighted by what is known and seen of it, so that no hole's colour gets into
 * what is known; a pixel is known where half of its weight is.
 * @throws Error naming the file when it is missing, damaged or of a kind that is not read, and what `readKnown` throws.
 */
export async function readPhoto(
  file: string | Uint8Array,
  { longest, mask, name }: ReadPhotoOptions = {},
): Promise<ReadPhoto> {
  const decoded = await decodeImage(file, name);
  const from: Sides = { width: decoded.width, height: decoded.height };
  const to = limitSides(from, longest);
  const shrunk = to.width !== from.width || to.height !== from.height;
  const parts = mergeGrey(decoded);
  const known = mask === undefined ? undefined : await readKnown(mask, from);
  const small = shrunk ? shrink(parts, known, { from, to }) : { ...parts, known };
  if (known && small.known) requireGaps(small.known, mask ?? "");
  const toTensor = (values: Float32Array, channels = 1) => tf.tensor4d(values, [1, to.height, to.width, channels]);
  return {
    image: toTensor(small.values, parts.colours),
    alpha: small.alpha && toTensor(small.alpha),
    known: small.known && toTensor(small.known),
    deep: decoded.deep,
    original: from,
    noiseGain: shrunk ? noiseGain(from, to) : 1,
    estimateGain: shrunk ? estimateGain(from, to) : 1,
  };
}

type Parts = Pick<DecodedImage, "values" | "alpha" | "colours">;

function mergeGrey({ values, alpha, colours }: Parts): Parts {
  const isColoured = (value: number, i: number) => value !== values[i - (i % 3)];
  if (colours === 1 || values.some(isColoured)) return { values, alpha, colours };
  return { values: toUnit(values, 1, { of: 3 }), alpha, colours: 1 };
}

function shrink({ values, alpha, colours }: Parts, known: Float32Array | undefined, sides: { from: Sides; to: Sides }) {
  const { from, to } = sides;
  let small = resampleLanczos(values, colours, from, to);
  const weigh = (weights: Float32Array, least: number) => {
    small = resampleWeighted(values, weights, colours, sides, { least, otherwise: small });
  };
  if (known) weigh(known, 0.5);
  // What is not seen at all keeps the colours that lie under it.
  if (alpha) weigh(known ? known.map((value, i) => value * (alpha[i] as number)) : alpha, 1 / 256);
  const kept = known && resampleLanczos(known, 1, from, to).map((value) => (value >= 0.5 ? 1 : 0));
  return { values: clip(small), alpha: alpha && clip(resampleLanczos(alpha, 1, from, to)), known: kept };
}

const clip = (values: Float32Array) => values.map((value) => Math.min(1, Math.max(0, value)));

/** A photo as PNG bytes, 8 or 16 bits as it came; values cut to [0, 1]. @throws Error for a value that is not finite. */
export async function encodePhoto(photo: Pick<ReadPhoto, "image" | "alpha" | "deep">): Promise<Buffer> {
  const { image, alpha, deep } = photo;
  const joined = tf.tidy(() => (alpha ? tf.concat([image, alpha], 3) : image.clone()) as tf.Tensor4D);
  try {
    return await encodePng(joined, { deep, compressionLevel: 6 });
  } finally {
    joined.dispose();
  }
}

/**
 * What a mask says of each pixel of a photo: light ones are known (1), dark ones are to be filled in (0).
 * @param size the photo's own, which must be the mask's; any where it is left out.
 * @throws Error when the mask is no image, of another size, or knows all pixels or none.
 */
export async function readKnown(file: string, size?: Sides): Promise<Float32Array> {
  const mask = await readMask(file);
  const [, height, width] = mask.shape;
  const known = mask.dataSync() as Float32Array;
  mask.dispose();
  if (size && (width !== size.width || height !== size.height)) {
    throw new Error(`the mask ${file} is ${width}x${height}, want ${size.width}x${size.height} as the photo`);
  }
  return known;
}
