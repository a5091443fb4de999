import { readFile } from "node:fs/promises";
import sharp from "sharp";
import { whyOf } from "../runtime/whyOf";
import { maxPixels, requireReadable } from "./formats";

export interface Sides {
  width: number;
  height: number;
}

/** The pixels of a file, upright, in sRGB. */
export interface DecodedImage extends Sides {
  /** 1 for grey. */
  colours: 1 | 3;
  /** The colours of each pixel, interleaved, in [0, 1]; not laid over anything where it is transparent. */
  values: Float32Array;
  /** Of each pixel, in [0, 1], where the file has it. */
  alpha?: Float32Array | undefined;
  /** More than 8 bits a channel. */
  deep: boolean;
}

/** @throws Error saying the size and the limit when the pixels are more than `maxPixels`. */
function checkPixels({ width, height }: Sides): void {
  if (width * height <= maxPixels) return;
  // Rounded up, so that it is seen to be above the limit.
  const millions = Math.ceil((width * height) / 1e5) / 10;
  throw new Error(
    `it is ${width}x${height}, ${millions.toFixed(1)} megapixels, want at most ${maxPixels / 1e6}: make it smaller first`,
  );
}

/** Width and height of an image as it is seen upright, from its head alone; undefined where they cannot be read. */
export async function measureImage(file: string): Promise<Sides | undefined> {
  const metadata = await sharp(file, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  return metadata?.autoOrient;
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
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    const place = name ?? (typeof file === "string" ? file : "in memory");
    throw new Error(`cannot read the image ${place}: ${isMissing ? "it is missing" : whyOf(error).trim()}`);
  }
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
  if (depth === "float" && metadata.format === "tiff" && isWhiteZero(bytes))
    throw new Error("it is of float numbers with 0 for white, want 0 for black");
  const profile = metadata.icc && !isSrgb(metadata.icc) ? metadata.icc : undefined;
  if (profile && (depth === "float" || space === "grey16")) {
    throw new Error("its colour profile is not read beside float numbers or grey of 16 bits: convert it to sRGB first");
  }
  let pipeline = sharp(bytes, { failOn: "error", ignoreIcc: !profile, limitInputPixels: false }).autoOrient();
  if (depth === "float") pipeline = pipeline.pipelineColourspace(space);
  // For 16 bits sharp's own space is P3; from there it goes to sRGB.
  if (profile && metadata.space === "rgb16") pipeline = pipeline.withIccProfile("srgb", { attach: false });
  const { data, info } = await pipeline.toColourspace(space).raw({ depth }).toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels < colours || channels > 4) throw new Error(`it has ${channels} channels, want 1 to 4`);
  const stored = viewAs(data, depth);
  const wrong = depth === "float" ? stored.find((value) => !(value >= 0 && value <= 1)) : undefined;
  if (wrong !== undefined) throw new Error(`it is of float numbers and holds ${wrong}, want all of them in [0, 1]`);
  const peak = depth === "uchar" ? 255 : depth === "ushort" ? 65535 : 1;
  return {
    ...{ width, height, colours, deep: depth !== "uchar" },
    values: toUnit(stored, peak, { count: colours, of: channels }),
    alpha: channels % 2 === 0 ? toUnit(stored, peak, { from: channels - 1, of: channels }) : undefined,
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

/** Whether a TIFF says that 0 is white (tag 262, PhotometricInterpretation), which sharp heeds in whole numbers alone. */
function isWhiteZero({ buffer, byteOffset, byteLength }: Uint8Array): boolean {
  const view = new DataView(buffer, byteOffset, byteLength);
  const little = view.getUint8(0) === 0x49;
  const directory = view.getUint32(4, little);
  const entries = Array.from({ length: view.getUint16(directory, little) }, (_, i) => directory + 2 + 12 * i);
  const entry = entries.find((at) => view.getUint16(at, little) === 262);
  return entry !== undefined && view.getUint16(entry + 8, little) === 0;
}

/** Whether a profile says to be sRGB's: what it holds changes nothing, but for the rounding of its writer and of libvips. */
function isSrgb(icc: Buffer): boolean {
  const text = icc.toString("latin1").replaceAll("\0", "");
  return text.includes("sRGB") && !/linear/i.test(text);
}

/** The numbers of a buffer, without a copy where they lie as they must. */
export function viewAs(data: Buffer, depth: Plan["depth"]): Uint8Array | Uint16Array | Float32Array {
  if (depth === "uchar") return data;
  const size = depth === "ushort" ? 2 : 4;
  const { buffer, byteOffset } = data.byteOffset % size === 0 ? data : new Uint8Array(data);
  return depth === "ushort"
    ? new Uint16Array(buffer, byteOffset, data.length / 2)
    : new Float32Array(buffer, byteOffset, data.length / 4);
}

/** Values over their peak, in [0, 1]; of `of` interleaved channels the `count` that begin at `from`. */
export function toUnit(values: ArrayLike<number>, peak: number, { from = 0, count = 1, of = 1 } = {}): Float32Array {
  const unit = new Float32Array((values.length / of) * count);
  for (let at = from, to = 0; at < values.length; at += of) {
    for (let channel = 0; channel < count; channel++) unit[to++] = (values[at + channel] as number) / peak;
  }
  return unit;
}
