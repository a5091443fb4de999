import { extname } from "node:path";
import sharp from "sharp";
import { requireCounts, tf } from "../runtime";
import { writeWhole } from "../runtime/writeWhole";
import { type DecodedImage, decodeImage, toUnit, viewAs } from "./decodeImage";
import { imageEndings } from "./imageFolder";

export interface ReadImageOptions {
  /** 3 for colour, 1 for grey; files of the other kind are converted. */
  channels?: 1 | 3;
  /** Cut the largest centred square and bring it to size x size pixels (Lanczos-3). As it is when left out. */
  size?: number;
}

/**
 * Reads an image, a file or its bytes, as `formatTable` says: by its content, upright, in sRGB, alpha laid over white, 16 bits
 * kept.
 * @returns [1, height, width, channels] in [0, 1], owned by the caller.
 * @throws Error naming the file when it is missing, damaged, above 64 megapixels or of a kind that is not read; RangeError when
 *   an option is out of range.
 */
export async function readImage(
  file: string | Uint8Array,
  { channels = 3, size }: ReadImageOptions = {},
): Promise<tf.Tensor4D> {
  if (channels !== 1 && channels !== 3) throw new RangeError(`channels: got ${channels}, want 1 or 3`);
  if (size !== undefined) requireCounts({ size });
  const image = await decodeImage(file);
  const { width, height, colours } = image;
  const values = layOverWhite(image);
  if (size === undefined && channels === colours) return tf.tensor4d(values, [1, height, width, channels]);
  // Resized and turned grey in whole numbers, by sharp.
  const deep = image.deep || image.alpha !== undefined;
  let pipeline = sharp(toWhole(values, deep), { raw: { width, height, channels: colours }, limitInputPixels: false });
  if (size !== undefined) pipeline = pipeline.resize(size, size, { fit: "cover", kernel: "lanczos3" });
  const { data, info } = await pipeline
    .toColourspace(spaceOf(channels === 1 || colours === 1, deep))
    .raw({ depth: deep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const read = decode(data, deep, [1, info.height, info.width, info.channels]);
  if (info.channels === channels) return read;
  const coloured = tf.tile(read, [1, 1, 1, 3]);
  read.dispose();
  return coloured;
}

function layOverWhite({ values, alpha, colours }: DecodedImage): Float32Array {
  if (!alpha) return values;
  return values.map((value, i) => {
    const seen = alpha[Math.floor(i / colours)] as number;
    return seen * value + 1 - seen;
  });
}

/** @throws Error for a value that is not finite. */
function toWhole(values: ArrayLike<number>, deep: boolean): Uint8Array | Uint16Array {
  const peak = deep ? 65535 : 255;
  const whole = deep ? new Uint16Array(values.length) : new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) throw new Error(`image: value ${i} is ${value}, want finite numbers`);
    whole[i] = Math.round(Math.min(1, Math.max(0, value)) * peak);
  }
  return whole;
}

function decode(bytes: Buffer, deep: boolean, shape: [number, number, number, number]): tf.Tensor4D {
  return tf.tensor4d(toUnit(viewAs(bytes, deep ? "ushort" : "uchar"), deep ? 65535 : 255), shape);
}

// sharp's own default for TIFF is lossy.
const encoding = { png: {}, jpeg: { quality: 95 }, webp: { quality: 95 }, tiff: { compression: "deflate" } } as const;
const shortEndings: Record<string, string> = { ".jpg": ".jpeg", ".tif": ".tiff" };

/** An image for sharp, as `encodePng` takes it. */
function toPipeline(image: tf.Tensor4D, deep: boolean): sharp.Sharp {
  const [batch, height, width, channels] = image.shape;
  if (batch !== 1 || channels < 1 || channels > 4) {
    throw new RangeError(`image: got the shape [${image.shape}], want [1, height, width, 1 to 4]`);
  }
  const raw = { width, height, channels: channels as sharp.Channels };
  return sharp(toWhole(image.dataSync(), deep), { raw, limitInputPixels: false }).toColourspace(
    spaceOf(channels < 3, deep),
  );
}

const spaceOf = (grey: boolean, deep: boolean) => (grey ? (deep ? "grey16" : "b-w") : deep ? "rgb16" : "srgb");

/**
 * Writes an image in the format that the file's ending names (.png, .jpg, .webp, .tiff), values cut to [0, 1].
 * The file appears whole or not at all.
 * @param image [1, height, width, 1 or 3].
 * @param options.deep 16 bits a channel; PNG and TIFF only.
 * @throws RangeError for a shape or an ending that cannot be written; Error for a value that is not finite.
 */
export async function writeImage(file: string, image: tf.Tensor4D, { deep = false } = {}): Promise<void> {
  const ending = extname(file).toLowerCase();
  if (!imageEndings.has(ending))
    throw new RangeError(`${file}: got the ending "${ending}", want one of ${[...imageEndings].join(" ")}`);
  const format = (shortEndings[ending] ?? ending).slice(1) as keyof typeof encoding;
  if (deep && format !== "png" && format !== "tiff") throw new RangeError(`${file}: ${format} holds 8 bits, not 16`);
  await writeWhole(file, await toPipeline(image, deep).toFormat(format, encoding[format]).toBuffer());
}

/**
 * Brings an image to another, smaller size by sharp (Lanczos-3), in 16 bits a channel; values are cut to [0, 1].
 * Enlarging, sharp shifts it by a part of a pixel (see `enlargeBicubic`).
 * @param image [1, height, width, 1 or 3]. @returns [1, height, width, the same channels], owned by the caller.
 * @throws RangeError when a side is not a whole number above 0.
 */
export async function resizeImage(image: tf.Tensor4D, width: number, height: number): Promise<tf.Tensor4D> {
  requireCounts({ width, height });
  const resized = toPipeline(image, true).resize(width, height, { fit: "fill", kernel: "lanczos3" });
  const data = await resized.raw({ depth: "ushort" }).toBuffer();
  return decode(data, true, [1, height, width, image.shape[3]]);
}

/**
 * Smooths an image by sharp's Gaussian blur, in 16 bits a channel; values are cut to [0, 1].
 * @param image [1, height, width, 1 or 3]. @param sigma of the Gaussian, pixels.
 * @returns the same shape, owned by the caller. @throws Error from sharp when sigma is out of its range.
 */
export async function smoothImage(image: tf.Tensor4D, sigma: number): Promise<tf.Tensor4D> {
  const blurred = toPipeline(image, true).blur(sigma).raw({ depth: "ushort" });
  return decode(await blurred.toBuffer(), true, image.shape);
}

/**
 * The image as PNG bytes.
 * @param image [1, height, width, 1 to 4], of even ones the last is alpha; values cut to [0, 1].
 * @param options.deep 16 bits a channel. @throws RangeError for another shape; Error for a value that is not finite.
 */
export async function encodePng(image: tf.Tensor4D, { deep = false, compressionLevel = 9 } = {}): Promise<Buffer> {
  return toPipeline(image, deep).png({ compressionLevel }).toBuffer();
}
