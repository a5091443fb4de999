import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { maxPixels, requireReadable } from "./formats";

/** The pixels of a file, upright, in sRGB. */
export interface DecodedImage {
  width: number;
  height: number;
  /** Of a pixel, interleaved: the colours, then alpha where there is one. */
  channels: number;
  /** 1 for grey. */
  colours: 1 | 3;
  alpha: boolean;
  /** Whole numbers up to `peak`, or floats in [0, 1] with a peak of 1. */
  values: Uint8Array | Uint16Array | Float32Array;
  peak: 255 | 65535 | 1;
  /** Whether the file has more than 8 bits a channel. */
  deep: boolean;
}

/** @throws Error saying the size and the limit when the pixels are more than `maxPixels`. */
function checkPixels({ width, height }: { width: number; height: number }): void {
  if (width * height <= maxPixels) return;
  // Rounded up, so that it is seen to be above the limit.
  const millions = Math.ceil((width * height) / 1e5) / 10;
  throw new Error(
    `it is ${width}x${height}, ${millions.toFixed(1)} megapixels, want at most ${maxPixels / 1e6}: make it smaller first`,
  );
}

/**
 * Width and height of an image as it is seen upright, from its head alone; whether it is read is for `decodeImage` to say.
 * @throws Error naming it when it is missing or no image.
 */
export async function measureImage(file: string | Uint8Array): Promise<{ width: number; height: number }> {
  try {
    return (await sharp(file, { limitInputPixels: false }).metadata()).autoOrient;
  } catch (error) {
    try {
      // The decoder's own words would be of another kind of file.
      requireReadable(typeof file === "string" ? await readFile(file) : file);
    } catch (named) {
      throw refusal(file, named);
    }
    throw refusal(file, error);
  }
}

/**
 * Decodes an image by its content, as `formatTable` says: the one reader of `readImage`, of the command and of notebooks.
 * @param name what it is called in errors; its file when left out.
 * @throws Error naming the file, what it is and what is read, when it is missing, damaged, above `maxPixels` or of no row.
 */
export async function decodeImage(file: string | Uint8Array, name?: string): Promise<DecodedImage> {
  try {
    const bytes = typeof file === "string" ? await readFile(file) : file;
    requireReadable(bytes);
    return await decodeBytes(bytes);
  } catch (error) {
    throw refusal(name ?? file, error);
  }
}

function refusal(file: string | Uint8Array, error: unknown): Error {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it is missing" : undefined;
  const why = missing ?? (error instanceof Error ? error.message.trim() : String(error));
  return new Error(`cannot read the image ${typeof file === "string" ? file : "in memory"}: ${why}`);
}

/** Colour spaces of libvips in which values are as they are in the file, with the kinds of their numbers. */
const spaces = {
  srgb: { colours: 3, depths: ["uchar"] },
  "b-w": { colours: 1, depths: ["uchar", "float"] },
  rgb16: { colours: 3, depths: ["ushort"] },
  grey16: { colours: 1, depths: ["ushort"] },
  scrgb: { colours: 3, depths: ["float"] },
} as const;

interface Plan {
  space: keyof typeof spaces;
  depth: "uchar" | "ushort" | "float";
  colours: 1 | 3;
}

async function decodeBytes(bytes: Uint8Array): Promise<DecodedImage> {
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  checkPixels(metadata.autoOrient);
  if ((metadata.pages ?? 1) > 1) throw new Error(`it has ${metadata.pages} pictures, want one`);
  const { space, depth, colours } = planDecoding(metadata);
  const profile = metadata.icc && !isSrgb(metadata.icc) ? metadata.icc : undefined;
  if (profile && (depth === "float" || space === "grey16")) {
    throw new Error("its colour profile is not read beside float numbers or grey of 16 bits: convert it to sRGB first");
  }
  let pipeline = sharp(bytes, { failOn: "error", ignoreIcc: !profile, limitInputPixels: false }).autoOrient();
  if (depth === "float") pipeline = pipeline.pipelineColourspace(space);
  // For 16 bits sharp's own space is P3; from there it goes to sRGB.
  if (profile && metadata.space === "rgb16") pipeline = pipeline.withIccProfile("srgb", { attach: false });
  const { data, info } = await pipeline.toColourspace(space).raw({ depth }).toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const isCopied = colours === 1 && info.channels > 2;
  const stored = viewAs(data, depth);
  const values = isCopied ? dropCopies(stored, info.channels) : stored;
  const channels = isCopied ? info.channels - 2 : info.channels;
  if (channels !== colours && channels !== colours + 1) throw new Error(`it has ${channels} channels, want 1 to 4`);
  if (values instanceof Float32Array) checkFloats(values);
  return {
    ...{ width, height, channels, colours, alpha: channels > colours, values },
    peak: depth === "uchar" ? 255 : depth === "ushort" ? 65535 : 1,
    deep: depth !== "uchar",
  };
}

function planDecoding({ space, depth, hasAlpha }: sharp.Metadata): Plan {
  if (space === "cmyk") return { space: "srgb", depth: "uchar", colours: 3 };
  if (space === "labs") return { space: "rgb16", depth: "ushort", colours: 3 };
  const found = space in spaces ? spaces[space as Plan["space"]] : undefined;
  const kind = found?.depths.find((one) => one === depth);
  if (!found || !kind)
    throw new Error(`its colours are ${space} of the kind ${depth}, want 8 or 16 bits of grey or RGB`);
  // Of grey, sharp keeps alpha in 16 bits only; in colour it is copied to all three channels.
  const isLifted = hasAlpha && space === "b-w" && kind === "uchar";
  return { space: isLifted ? "srgb" : (space as Plan["space"]), depth: kind, colours: found.colours };
}

/** Whether a profile says to be sRGB's: what it holds changes nothing, but for the rounding of its writer and of libvips. */
function isSrgb(icc: Buffer): boolean {
  const text = icc.toString("latin1").replaceAll("\0", "");
  return text.includes("sRGB") && !/linear/i.test(text);
}

/** The numbers of a buffer, without a copy where they lie as they must. */
function viewAs(data: Buffer, depth: Plan["depth"]): DecodedImage["values"] {
  if (depth === "uchar") return data;
  const size = depth === "ushort" ? 2 : 4;
  const { buffer, byteOffset } = data.byteOffset % size === 0 ? data : new Uint8Array(data);
  return depth === "ushort"
    ? new Uint16Array(buffer, byteOffset, data.length / 2)
    : new Float32Array(buffer, byteOffset, data.length / 4);
}

/** Grey, with alpha or without, of grey in three channels. */
function dropCopies(values: DecodedImage["values"], channels: number): DecodedImage["values"] {
  const kept = channels - 2;
  const pixels = values.length / channels;
  const grey = values.subarray(0, pixels * kept);
  for (let pixel = 0; pixel < pixels; pixel++) {
    grey[pixel * kept] = values[pixel * channels] as number;
    if (kept > 1) grey[pixel * kept + 1] = values[pixel * channels + 3] as number;
  }
  return grey;
}

function checkFloats(values: Float32Array): void {
  for (const value of values) {
    if (!(value >= 0 && value <= 1))
      throw new Error(`it is of float numbers and holds ${value}, want all of them in [0, 1]`);
  }
}

/** The colours over white, without alpha; the same image where it has none. */
export function layOverWhite(image: DecodedImage): DecodedImage {
  if (!image.alpha) return image;
  const { values, channels, colours, peak } = image;
  const flat = new Float32Array((values.length / channels) * colours);
  for (let from = 0, to = 0; from < values.length; from += channels) {
    const alpha = (values[from + colours] as number) / peak;
    for (let channel = 0; channel < colours; channel++) {
      flat[to++] = (alpha * (values[from + channel] as number)) / peak + 1 - alpha;
    }
  }
  return { ...image, values: flat, peak: 1, channels: colours, alpha: false };
}

/** Values as floats in [0, 1]: one array, filled in place. */
export function toUnit(values: ArrayLike<number>, peak: number): Float32Array {
  const unit = new Float32Array(values.length);
  for (let i = 0; i < unit.length; i++) unit[i] = (values[i] as number) / peak;
  return unit;
}
