import type { Inspected } from "./inspected";
import { inspectPng } from "./inspectPng";
import { inspectTiff } from "./inspectTiff";

/** One kind of file and what becomes of its pixels. */
export interface FormatRow {
  format: string;
  pixels: string;
  /** What is done, or "refused". */
  read: string;
}

/**
 * What is read how. A file's content decides, never its name. "As it is" is the stored value over the largest one, taken as
 * sRGB. Whatever is in no row is refused by its name.
 */
export const formatTable = {
  png8: { format: "PNG", pixels: "8 bits: grey, RGB, with alpha", read: "as it is" },
  png16: { format: "PNG", pixels: "16 bits: grey, RGB, with alpha", read: "as it is, 16 bits kept" },
  pngFew: { format: "PNG", pixels: "1, 2 or 4 bits of grey", read: "as it is: 0 is black, the largest value white" },
  pngPalette: { format: "PNG", pixels: "palette, with transparency", read: "the palette's colours" },
  pngGamma: { format: "PNG", pixels: "gAMA and cHRM without a profile", read: "converted to sRGB" },
  pngOther: { format: "PNG", pixels: "animated (APNG), cICP other than sRGB", read: "refused" },
  jpeg: {
    format: "JPEG",
    pixels: "8 bits: grey, YCbCr, RGB",
    read: "as it is; of several pictures (MPO) the main one",
  },
  jpegCmyk: { format: "JPEG", pixels: "CMYK", read: "to sRGB by its profile, by libvips's own where it has none" },
  jpegOther: { format: "JPEG", pixels: "12 bits, lossless", read: "refused" },
  webp: { format: "WebP", pixels: "RGB, with alpha", read: "as it is" },
  webpOther: { format: "WebP", pixels: "animated", read: "refused" },
  tiff8: {
    format: "TIFF",
    pixels: "8 bits: grey, RGB, with alpha",
    read: "as it is; premultiplied alpha is divided out",
  },
  tiff16: { format: "TIFF", pixels: "16 bits: grey, RGB, with alpha", read: "as it is, 16 bits kept" },
  tiffFew: { format: "TIFF", pixels: "1, 2 or 4 bits of grey; white or black is 0", read: "as it is" },
  tiffPalette: { format: "TIFF", pixels: "palette of 4 or 8 bits", read: "the palette's colours" },
  tiffFloat: {
    format: "TIFF",
    pixels: "32-bit float, all in [0, 1]; of grey white or black is 0",
    read: "as it is; other values are refused",
  },
  tiffCmyk: { format: "TIFF", pixels: "CMYK, 8 or 16 bits", read: "to sRGB in 8 bits, as CMYK of a JPEG" },
  tiffLab: { format: "TIFF", pixels: "CIELab, 16 bits", read: "to sRGB, 16 bits kept" },
  tiffOther: {
    format: "TIFF",
    pixels: "several pages, signed, 64-bit and 16-bit float, other depths, Lab of 8 bits, other channels, camera raw",
    read: "refused",
  },
  profile: {
    format: "any",
    pixels: "an embedded ICC profile, beside which no cICP stands",
    read: "converted to sRGB; one of sRGB, up to rounding, changes nothing",
  },
  orientation: { format: "any", pixels: "EXIF orientation", read: "turned upright" },
  alpha: { format: "any", pixels: "alpha", read: "`readImage` lays it over white; the command keeps it" },
  others: {
    format: "HEIC, AVIF, GIF, BMP, SVG, PDF, PSD, JPEG XL, JPEG 2000, EXR, Radiance, ICO, anything else",
    pixels: "all",
    read: "refused",
  },
} as const satisfies Record<string, FormatRow>;

/** The formats that are read, as errors name them. */
export const readFormats = "PNG, JPEG, WebP or TIFF";

const ascii = (bytes: Uint8Array, from: number, to: number) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1", from, to);

const signatures: readonly [string, string][] = [
  ["GIF8", "a GIF"],
  ["BM", "a BMP"],
  ["%PDF", "a PDF"],
  ["8BPS", "a Photoshop file (PSD)"],
  ["\xff\x0a", "a JPEG XL"],
  ["\0\0\0\x0cJXL ", "a JPEG XL"],
  ["\0\0\0\x0cjP  ", "a JPEG 2000"],
  ["\xff\x4f\xff\x51", "a JPEG 2000"],
  ["\x76\x2f\x31\x01", "an OpenEXR file"],
  ["#?RADIANCE", "a Radiance HDR file"],
  ["#?RGBE", "a Radiance HDR file"],
  ["\0\0\x01\0", "an icon (ICO)"],
  ["\x1f\x8b", "a gzip file"],
  ["PK\x03\x04", "a ZIP file"],
  ["P4", "a PBM file"],
  ["P5", "a PGM file"],
  ["P6", "a PPM file"],
];

/** What a file is whose kind is not read, with its article. */
function nameOther(bytes: Uint8Array): string | undefined {
  const start = ascii(bytes, 0, 1024);
  if (start.slice(4, 8) === "ftyp") {
    const brand = start.slice(8, 12);
    if (/^avi[fs]$/.test(brand)) return "an AVIF";
    if (/^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) return "a HEIC";
    return `a media file of the brand "${brand.trim()}"`;
  }
  // A byte order mark of UTF-8, as latin1.
  if (/^(\xef\xbb\xbf)?\s*</.test(start) && /<svg[\s/>]/i.test(ascii(bytes, 0, 65536))) return "an SVG drawing";
  return signatures.find(([signature]) => start.startsWith(signature))?.[1];
}

function inspectJpeg(bytes: Uint8Array): Inspected {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 9 < view.length; ) {
    if (view[at] !== 0xff) break;
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at++;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const precision = view.readUInt8(at + 4);
      if ([0xc3, 0xc7, 0xcb, 0xcf].includes(marker))
        throw new Error("it is a lossless JPEG, want a usual one of 8 bits");
      if (precision !== 8) throw new Error(`it is a JPEG of ${precision} bits, want 8`);
      break;
    }
    if (marker === 0xda || marker === 0xd9) break;
    at += 2 + view.readUInt16BE(at + 2);
  }
  return { format: "jpeg" };
}

function inspectWebp(bytes: Uint8Array): Inspected {
  const isExtended = ascii(bytes, 12, 16) === "VP8X";
  if (isExtended && ((bytes[20] ?? 0) & 2) !== 0) throw new Error("it is an animated WebP, want a single picture");
  return { format: "webp" };
}

/**
 * Tells by the content what a file is, and refuses by name what is not read; its pixels are not touched.
 * @throws Error saying what it is and what is read; the caller adds the file's name.
 */
export function inspectImage(bytes: Uint8Array): Inspected {
  const start = ascii(bytes, 0, 12);
  if (start.startsWith("\x89PNG\r\n\x1a\n")) return inspectPng(bytes);
  if (start.startsWith("\xff\xd8\xff")) return inspectJpeg(bytes);
  if (start.startsWith("RIFF") && start.slice(8) === "WEBP") return inspectWebp(bytes);
  if (/^(II[*+]\0|MM\0[*+])/.test(start)) return inspectTiff(bytes);
  if (bytes.length === 0) throw new Error("it is empty");
  const other = nameOther(bytes);
  if (other) throw new Error(`it is ${other}, want ${readFormats}: convert it first`);
  throw new Error(`unsupported image format, want ${readFormats}`);
}
