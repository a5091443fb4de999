import sharp from "sharp";
import { tf } from "../runtime";

/** A photo as it is worked on. The tensors belong to whoever read it. */
export interface Photo {
  /** [1, height, width, 3], or 1 where all pixels are grey, in [0, 1]; not laid over anything where it is transparent. */
  image: tf.Tensor4D;
  /** [1, height, width, 1] in [0, 1], where the file has one. */
  alpha?: tf.Tensor4D;
  /** Whether it has 16 bits a channel. */
  deep: boolean;
}

/** Width and height of an image file as it is seen upright. @throws Error from sharp when it is no image. */
export async function measurePhoto(file: string | Uint8Array): Promise<{ width: number; height: number }> {
  const { autoOrient } = await sharp(file).metadata();
  return autoOrient;
}

/** The sides of a photo brought down to a longer side. */
export function limitSides({ width, height }: { width: number; height: number }, longest = Number.POSITIVE_INFINITY) {
  const scale = Math.min(1, longest / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Reads a photo: upright by its EXIF orientation, in sRGB, 16 bits and alpha kept, a colour file whose channels are all
 * the same taken as grey.
 * @param longest brings a larger one down to this longer side (Lanczos-3).
 * @throws Error from sharp when the bytes are damaged or no image.
 */
export async function readPhoto(bytes: Uint8Array, longest?: number): Promise<Photo> {
  const { depth, hasAlpha, autoOrient } = await sharp(bytes).metadata();
  const deep = depth === "ushort";
  let pipeline = sharp(bytes, { failOn: "error" }).autoOrient();
  if (longest !== undefined && Math.max(autoOrient.width, autoOrient.height) > longest) {
    pipeline = pipeline.resize({ ...limitSides(autoOrient, longest), fit: "fill", kernel: "lanczos3" });
  }
  const { data, info } = await pipeline
    .toColourspace(deep ? "rgb16" : "srgb")
    .raw({ depth: deep ? "ushort" : "uchar" })
    .toBuffer({ resolveWithObject: true });
  const values = deep ? new Uint16Array(new Uint8Array(data).buffer) : data;
  const peak = deep ? 65535 : 255;
  return tf.tidy(() => {
    const all = tf.tensor4d(
      Float32Array.from(values, (value) => value / peak),
      [1, info.height, info.width, info.channels],
    );
    const colours = info.channels < 3 ? 1 : isGrey(values, info.channels) ? 1 : 3;
    return {
      image: all.slice([0, 0, 0, 0], [-1, -1, -1, colours]),
      ...(hasAlpha && { alpha: all.slice([0, 0, 0, info.channels - 1], [-1, -1, -1, 1]) }),
      deep,
    };
  }) as Photo;
}

function isGrey(values: ArrayLike<number>, channels: number): boolean {
  for (let i = 0; i < values.length; i += channels) {
    if (values[i] !== values[i + 1] || values[i] !== values[i + 2]) return false;
  }
  return true;
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
  values.forEach((value, i) => {
    encoded[i] = Math.round(value * peak);
  });
  const grey = channels < 3;
  return sharp(encoded, { raw: { width, height, channels: channels as 1 | 2 | 3 | 4 } })
    .toColourspace(grey ? (deep ? "grey16" : "b-w") : deep ? "rgb16" : "srgb")
    .png()
    .toBuffer();
}

/**
 * A mask brought to a photo's size: light pixels are known (1), dark ones are to be filled in (0).
 * @returns [1, height, width, 1], the caller's. @throws Error when it is no image, or knows all pixels or none.
 */
export async function readPhotoMask(file: string, { width, height }: { width: number; height: number }) {
  const data = await sharp(file, { failOn: "error" })
    .autoOrient()
    .flatten({ background: "#ffffff" })
    .toColourspace("b-w")
    .resize({ width, height, fit: "fill", kernel: "nearest" })
    .raw({ depth: "uchar" })
    .toBuffer();
  const known = Float32Array.from(data, (value) => (value > 127 ? 1 : 0));
  const count = known.reduce((sum, value) => sum + value, 0);
  if (count === 0) throw new Error(`the mask ${file} knows no pixel: light pixels are known, dark ones filled in`);
  if (count === known.length) throw new Error(`the mask ${file} leaves nothing to fill in: dark pixels are filled in`);
  return tf.tensor4d(known, [1, height, width, 1]);
}
