import sharp from "sharp";
import { readImage } from "../data";
import { type DecodedImage, decodeImage, measureImage, toUnit } from "../data/decodeImage";
import { estimateGain, noiseGain, resampleLanczos, resampleWeighted, type Sides } from "../data/shrink";
import { tf } from "../runtime";

/** A photo as it is worked on. The tensors belong to whoever read it. */
export interface Photo {
  /** [1, height, width, 3], or 1 where all pixels are grey, in [0, 1]; not laid over anything where it is transparent. */
  image: tf.Tensor4D;
  /** [1, height, width, 1] in [0, 1], where the file has one. */
  alpha?: tf.Tensor4D;
  /** Whether it has more than 8 bits a channel. */
  deep: boolean;
}

/** A photo as it was read. */
export interface ReadPhoto extends Photo {
  /** [1, height, width, 1], ones where it is known, where there is a mask. */
  known?: tf.Tensor4D;
  /** The sides it has in its file, seen upright. */
  original: Sides;
  /** What is left of the deviation of white noise after it was brought to a smaller size; 1 where it was not. */
  noiseGain: number;
  /** What an estimate of the noise in it is to be multiplied with; 1 where it was not. */
  estimateGain: number;
}

/** The tensors of a photo, to be freed. */
export function tensorsOf({ image, alpha, known }: Photo & Partial<Pick<ReadPhoto, "known">>): tf.Tensor4D[] {
  return [image, alpha, known].filter((one) => one !== undefined) as tf.Tensor4D[];
}

/** How to read a photo. */
export interface ReadPhotoOptions {
  /** Brings a larger one down to this longer side (Lanczos-3); as it is when left out. */
  longest?: number | undefined;
  /** File of a mask in the photo's own size: light pixels are known. */
  mask?: string | undefined;
  /** What it is called in errors; its file when left out. */
  name?: string;
}

/** Width and height of an image file as it is seen upright. @throws Error when it is no image that is read. */
export function measurePhoto(file: string | Uint8Array): Promise<Sides> {
  return measureImage(file);
}

/** The sides of a photo brought down to a longer side. */
export function limitSides({ width, height }: Sides, longest = Number.POSITIVE_INFINITY): Sides {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Reads a photo as `data.readImage` does, but keeps alpha beside the colours under it and takes a colour file whose channels
 * are all the same as grey. What is shrunk is weighted by what is known and seen of it, so that no hole's colour gets into
 * what is known; a pixel is known where half of its weight is.
 * @throws Error naming the file when it is missing, damaged or of a kind that is not read, and what `readPhotoMask` throws.
 */
export async function readPhoto(
  file: string | Uint8Array,
  { longest, mask, name }: ReadPhotoOptions = {},
): Promise<ReadPhoto> {
  const decoded = await decodeImage(file, name);
  const from: Sides = { width: decoded.width, height: decoded.height };
  const to = limitSides(from, longest);
  const shrunk = to.width !== from.width || to.height !== from.height;
  const parts = splitAlpha(decoded);
  const known = mask === undefined ? undefined : await readKnown(mask, from);
  const small = shrunk ? shrink(parts, known, { from, to }) : { ...parts, known };
  if (known && small.known) requireSome(small.known, mask ?? "");
  const shape = (channels: number): [number, number, number, number] => [1, to.height, to.width, channels];
  return {
    image: tf.tensor4d(small.values, shape(parts.colours)),
    ...(small.alpha && { alpha: tf.tensor4d(small.alpha, shape(1)) }),
    ...(small.known && { known: tf.tensor4d(small.known, shape(1)) }),
    deep: decoded.deep,
    original: from,
    noiseGain: shrunk ? noiseGain(from, to) : 1,
    estimateGain: shrunk ? estimateGain(from, to) : 1,
  };
}

interface Parts {
  values: Float32Array;
  alpha?: Float32Array | undefined;
  colours: 1 | 3;
}

/** The colours, of grey pixels one channel, and alpha, each in an array of its own. */
function splitAlpha({ values, channels, colours: stored, alpha: hasAlpha, peak }: DecodedImage): Parts {
  const colours = stored === 3 && isGrey(values, channels) ? 1 : stored;
  if (channels === colours) return { values: toUnit(values, peak), colours };
  const pixels = values.length / channels;
  const own = new Float32Array(pixels * colours);
  const alpha = hasAlpha ? new Float32Array(pixels) : undefined;
  for (let pixel = 0; pixel < pixels; pixel++) {
    for (let channel = 0; channel < colours; channel++) {
      own[pixel * colours + channel] = (values[pixel * channels + channel] as number) / peak;
    }
    if (alpha) alpha[pixel] = (values[pixel * channels + stored] as number) / peak;
  }
  return { values: own, alpha, colours };
}

function isGrey(values: ArrayLike<number>, channels: number): boolean {
  for (let i = 0; i < values.length; i += channels) {
    if (values[i] !== values[i + 1] || values[i] !== values[i + 2]) return false;
  }
  return true;
}

function shrink(
  { values, alpha, colours }: Parts,
  known: Float32Array | undefined,
  sides: { from: Sides; to: Sides },
): Omit<Parts, "colours"> & { known?: Float32Array | undefined } {
  const { from, to } = sides;
  let small = resampleLanczos(values, colours, from, to);
  const weigh = (weights: Float32Array, least: number) => {
    small = resampleWeighted(values, weights, colours, sides, { least, otherwise: small });
  };
  if (known) weigh(known, 0.5);
  // What is not seen at all keeps the colours that lie under it.
  if (alpha) weigh(known ? known.map((value, i) => value * (alpha[i] as number)) : alpha, 1 / 256);
  const kept = known && threshold(resampleLanczos(known, 1, from, to));
  return { values: clip(small), alpha: alpha && clip(resampleLanczos(alpha, 1, from, to)), known: kept };
}

/** In place. */
function clip(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = Math.min(1, Math.max(0, values[i] as number));
  return values;
}

/** In place. */
function threshold(values: Float32Array): Float32Array {
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) >= 0.5 ? 1 : 0;
  return values;
}

/**
 * A photo as PNG bytes, 8 or 16 bits as it came; values cut to [0, 1].
 * @throws Error for a value that is not finite.
 */
export async function encodePhoto({ image, alpha, deep }: Photo): Promise<Buffer> {
  const joined = tf.tidy(() => (alpha ? tf.concat([image, alpha], 3) : image).clipByValue(0, 1) as tf.Tensor4D);
  const [, height, width, channels] = joined.shape;
  const values = joined.dataSync();
  joined.dispose();
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) throw new Error(`image: value ${wrong} is ${values[wrong]}, want finite numbers`);
  const encoded = deep ? new Uint16Array(values.length) : new Uint8Array(values.length);
  const peak = deep ? 65535 : 255;
  for (let i = 0; i < values.length; i++) encoded[i] = Math.round((values[i] as number) * peak);
  const grey = channels < 3;
  return sharp(encoded, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 }, limitInputPixels: false })
    .toColourspace(grey ? (deep ? "grey16" : "b-w") : deep ? "rgb16" : "srgb")
    .png()
    .toBuffer();
}

/** What a mask's file says of each pixel of its own size, which must be the photo's. */
async function readKnown(file: string, { width, height }: Sides): Promise<Float32Array> {
  const grey = await readImage(file, { channels: 1 });
  const [, tall, wide] = grey.shape;
  const values = grey.dataSync() as Float32Array;
  grey.dispose();
  if (wide !== width || tall !== height)
    throw new Error(`the mask ${file} is ${wide}x${tall}, want ${width}x${height}`);
  return threshold(values);
}

function requireSome(known: Float32Array, file: string): void {
  if (!known.includes(1))
    throw new Error(`the mask ${file} knows no pixel: light pixels are known, dark ones filled in`);
  if (!known.includes(0)) throw new Error(`the mask ${file} leaves nothing to fill in: dark pixels are filled in`);
}

/**
 * A mask brought to a photo's size as `readPhoto` brings the photo: light pixels are known (1), dark ones are to be filled in
 * (0).
 * @returns [1, height, width, 1], the caller's. @throws Error when it is no image, or knows all pixels or none.
 */
export async function readPhotoMask(file: string, { width, height }: Sides): Promise<tf.Tensor4D> {
  const from = await measureImage(file);
  const whole = await readKnown(file, from);
  const same = from.width === width && from.height === height;
  const known = same ? whole : threshold(resampleLanczos(whole, 1, from, { width, height }));
  requireSome(known, file);
  return tf.tensor4d(known, [1, height, width, 1]);
}
