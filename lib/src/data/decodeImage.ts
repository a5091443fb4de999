import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { type ColourProfile, convertToSrgb, profileOf, readProfile } from "./colourProfile";
import { inspectImage } from "./formats";
import type { Inspected } from "./inspected";
import { maxPixels } from "./maxPixels";

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
export function checkPixels({ width, height }: { width: number; height: number }): void {
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
    throw refusal(
      file,
      await nameKind(file).then(
        () => error,
        (named) => named,
      ),
    );
  }
}

/** @throws Error naming what a file is, where its kind is not read; the decoder's own words would be of another one. */
async function nameKind(file: string | Uint8Array): Promise<void> {
  inspectImage(typeof file === "string" ? await readFile(file) : file);
}

/**
 * Decodes an image by its content, as `formatTable` says: the one reader of `readImage`, of the command and of notebooks.
 * @param name what it is called in errors; its file when left out.
 * @throws Error naming the file, what it is and what is read, when it is missing, damaged, above `maxPixels` or of no row.
 */
export async function decodeImage(file: string | Uint8Array, name?: string): Promise<DecodedImage> {
  try {
    const bytes = typeof file === "string" ? await readFile(file) : file;
    return await decodeBytes(bytes, inspectImage(bytes));
  } catch (error) {
    throw refusal(name ?? file, error);
  }
}

function refusal(file: string | Uint8Array, error: unknown): Error {
  const missing = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it is missing" : undefined;
  const why = missing ?? (error instanceof Error ? error.message.trim() : String(error));
  return new Error(`cannot read the image ${typeof file === "string" ? file : "in memory"}: ${why}`);
}

/** Colour spaces of libvips in which values are as they are in the file, with the kind of their numbers. */
const spaces = {
  srgb: { colours: 3, depth: "uchar" },
  "b-w": { colours: 1, depth: "uchar" },
  rgb16: { colours: 3, depth: "ushort" },
  grey16: { colours: 1, depth: "ushort" },
} as const;

interface Plan {
  /** Of the output, and of the work where it is not the same. */
  space: "srgb" | "b-w" | "rgb16" | "grey16" | "scrgb";
  depth: "uchar" | "ushort" | "float";
  colours: 1 | 3;
  /** Whether libvips converts by the file's profile. */
  byEngine: boolean;
  profile?: ColourProfile | undefined;
}

async function decodeBytes(bytes: Uint8Array, inspected: Inspected): Promise<DecodedImage> {
  const metadata = await sharp(bytes, { limitInputPixels: false }).metadata();
  checkPixels(metadata.autoOrient);
  if ((metadata.pages ?? 1) > 1 && inspected.format !== "tiff")
    throw new Error(`it has ${metadata.pages} pictures, want one`);
  const plan = planDecoding(metadata, inspected);
  let pipeline = sharp(bytes, { failOn: "error", ignoreIcc: !plan.byEngine, limitInputPixels: false }).autoOrient();
  if (plan.depth === "float") pipeline = pipeline.pipelineColourspace(plan.space);
  // For 16 bits sharp's own space is P3; from there it goes to sRGB.
  if (plan.byEngine && plan.space === "rgb16" && metadata.icc) {
    pipeline = pipeline.withIccProfile("srgb", { attach: false });
  }
  const { data, info } = await pipeline
    .toColourspace(plan.space)
    .raw({ depth: plan.depth })
    .toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const { colours } = plan;
  const isCopied = colours === 1 && info.channels > 2;
  const stored = viewAs(data, plan.depth);
  const values = isCopied ? dropCopies(stored, info.channels) : stored;
  const channels = isCopied ? info.channels - 2 : info.channels;
  if (channels !== colours && channels !== colours + 1) throw new Error(`it has ${channels} channels, want 1 to 4`);
  const decoded: DecodedImage = {
    ...{ width, height, channels, colours, alpha: channels > colours, values },
    peak: plan.depth === "uchar" ? 255 : plan.depth === "ushort" ? 65535 : 1,
    deep: plan.depth !== "uchar",
  };
  if (values instanceof Float32Array) {
    checkFloats(values);
    if (inspected.inverted) invert(values, decoded);
  }
  if (plan.profile?.kind !== "curves") return decoded;
  return { ...decoded, values: convertToSrgb(values, decoded, plan.profile), peak: 1 };
}

function planDecoding(metadata: sharp.Metadata, inspected: Inspected): Plan {
  const { space, depth } = metadata;
  const profile = statedProfile(metadata, inspected);
  if (space === "cmyk") {
    if (profile && profile.space !== "CMYK") throw new Error(`its colours are CMYK, its profile's ${profile.space}`);
    return { space: "srgb", depth: "uchar", colours: 3, byEngine: true };
  }
  // libvips converts CIELab by its definition; a profile beside it says nothing.
  if (space === "labs") return { space: "rgb16", depth: "ushort", colours: 3, byEngine: false };
  const plain = planPlain(space, depth);
  // Of grey, sharp keeps alpha in 16 bits only; in colour it is copied to all three channels.
  const plan: typeof plain = metadata.hasAlpha && plain.space === "b-w" ? { ...plain, space: "srgb" } : plain;
  if (!profile) return { ...plan, byEngine: false };
  if (profile.space === "CMYK" || (profile.space === "GRAY" && plan.colours === 3)) {
    throw new Error(`its colours are ${plan.colours === 3 ? "RGB" : "grey"}, its profile's ${profile.space}`);
  }
  if (profile.kind !== "table") return { ...plan, byEngine: false, profile };
  if (plan.colours === 3 && plan.depth !== "float") return { ...plan, byEngine: true, profile };
  throw new Error(
    "its colour profile is a table, which is read for RGB of 8 or 16 bits only: convert it to sRGB first",
  );
}

function planPlain(space: string, depth: string): Omit<Plan, "byEngine"> {
  if (depth === "float" && space === "scrgb") return { space, depth, colours: 3 };
  if (depth === "float" && space === "b-w") return { space, depth, colours: 1 };
  const found = space in spaces ? spaces[space as keyof typeof spaces] : undefined;
  if (found?.depth !== depth)
    throw new Error(`its colours are ${space} of the kind ${depth}, want 8 or 16 bits of grey or RGB`);
  return { space: space as keyof typeof spaces, ...found };
}

function statedProfile({ icc }: sharp.Metadata, inspected: Inspected): ColourProfile | undefined {
  const { srgb, gamma, chromaticities, profile } = inspected;
  if (srgb === "first") return undefined;
  if (icc) return readProfile(icc);
  if (profile) throw new Error("its colour profile is damaged");
  if (srgb || gamma === undefined) return undefined;
  return profileOf(gamma, chromaticities);
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

/** libvips does this for whole numbers only. */
function invert(values: Float32Array, { channels, colours }: Pick<DecodedImage, "channels" | "colours">): void {
  for (let place = 0; place < values.length; place++) {
    if (place % channels < colours) values[place] = 1 - (values[place] as number);
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
