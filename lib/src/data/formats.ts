/**
 * Pixels of an image at most, of what is read and of what is made of it. The work holds about 110 bytes of each at once,
 * so that this many take 7 GB beside the networks.
 */
export const maxPixels = 64_000_000;

/**
 * What is read how, or "refused". A file's content decides, never its name. "As it is" is the stored value over the largest one, taken as
 * sRGB. Whatever is in no row is refused by its name.
 */
export const formatTable = {
  png8: ["PNG", "8 bits: grey, RGB, with alpha", "as it is"],
  png16: ["PNG", "16 bits: grey, RGB, with alpha", "as it is, 16 bits kept"],
  pngFew: ["PNG", "1, 2 or 4 bits of grey", "as it is: 0 is black, the largest value white"],
  pngPalette: ["PNG", "palette, with transparency", "the palette's colours"],
  pngOther: ["PNG", "animated (APNG); cICP, and without a profile gAMA or cHRM, other than sRGB's", "refused"],
  jpeg: ["JPEG", "8 bits: grey, YCbCr, RGB", "as it is; of several pictures (MPO) the main one"],
  jpegCmyk: ["JPEG", "CMYK", "to sRGB by its profile, by libvips's own where it has none"],
  jpegOther: ["JPEG", "12 bits", "refused"],
  webp: ["WebP", "RGB, with alpha", "as it is"],
  webpOther: ["WebP", "animated", "refused"],
  tiff8: ["TIFF", "8 bits: grey, RGB, with alpha", "as it is; premultiplied alpha is divided out"],
  tiff16: ["TIFF", "16 bits: grey, RGB, with alpha", "as it is, 16 bits kept"],
  tiffFew: ["TIFF", "1, 2 or 4 bits of grey; white or black is 0", "as it is"],
  tiffPalette: ["TIFF", "palette of 4 or 8 bits", "the palette's colours"],
  tiffFloat: ["TIFF", "float, all in [0, 1]", "as it is; other values, and 0 for white, are refused"],
  tiffCmyk: ["TIFF", "CMYK, 8 or 16 bits", "to sRGB in 8 bits, as CMYK of a JPEG"],
  tiffLab: ["TIFF", "CIELab, 16 bits", "to sRGB, 16 bits kept"],
  tiffOther: ["TIFF", "several pages, signed, 64-bit float, other depths, Lab of 8 bits, camera raw", "refused"],
  profile: [
    "any",
    "an embedded ICC profile",
    "converted to sRGB; one of sRGB changes nothing; others are refused beside float and 16 bits of grey",
  ],
  orientation: ["any", "EXIF orientation", "turned upright"],
  alpha: ["any", "alpha", "`readImage` lays it over white; the command keeps it"],
  others: [
    "HEIC, AVIF, GIF, BMP, SVG, PDF, PSD, JPEG XL, JPEG 2000, EXR, Radiance, ICO, anything else",
    "all",
    "refused",
  ],
} as const satisfies Record<string, readonly [format: string, pixels: string, read: string]>;

const readFormats = "PNG, JPEG, WebP or TIFF";

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
];

/** What a file is whose kind is not read, with its article. */
function nameOther(bytes: Buffer): string | undefined {
  const start = bytes.toString("latin1", 0, 1024);
  if (start.slice(4, 8) === "ftyp") {
    const brand = start.slice(8, 12);
    if (/^avi[fs]$/.test(brand)) return "an AVIF";
    if (/^(hei[cxms]|hev[cxms]|mif1|msf1)$/.test(brand)) return "a HEIC";
    return `a media file of the brand "${brand.trim()}"`;
  }
  // A byte order mark of UTF-8, as latin1.
  if (/^(\xef\xbb\xbf)?\s*</.test(start) && /<svg[\s/>]/i.test(bytes.toString("latin1", 0, 65536)))
    return "an SVG drawing";
  return signatures.find(([signature]) => start.startsWith(signature))?.[1];
}

/** x and y of white, red, green and blue of sRGB. */
const srgbChromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

/** @throws Error when a PNG is animated or states colours of another kind than sRGB, which the decoder does not look at. */
function requireUsualPng(view: Buffer): void {
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at + 12 <= view.length; ) {
    const [length, type] = [view.readUInt32BE(at), view.toString("latin1", at + 4, at + 8)];
    if (type === "IDAT" || at + 8 + length > view.length) break;
    chunks.set(type, view.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  if (chunks.has("acTL")) throw new Error("it is an animated PNG, want a single picture");
  const codePoints = chunks.get("cICP")?.join("-") ?? "1-13-0-1";
  if (codePoints !== "1-13-0-1") {
    throw new Error(`it is a PNG with the colour code points ${codePoints} (cICP), want sRGB, 1-13-0-1`);
  }
  if (["cICP", "sRGB", "iCCP"].some((type) => chunks.has(type))) return;
  const isNear = (type: string, wanted: number[], tolerance: number) => {
    const stated = chunks.get(type);
    if (stated === undefined || stated.length < 4 * wanted.length) return true;
    return wanted.every((value, i) => Math.abs(stated.readUInt32BE(4 * i) / 1e5 - value) < tolerance);
  };
  if (!isNear("gAMA", [0.45455], 0.003))
    throw new Error("it is a PNG of another gamma (gAMA) than sRGB's: convert it first");
  if (!isNear("cHRM", srgbChromaticities, 0.003)) {
    throw new Error("it is a PNG of other primaries (cHRM) than sRGB's: convert it first");
  }
}

/**
 * Tells by the content what a file is, and refuses by name what is not read; its pixels are not touched.
 * @throws Error saying what it is and what is read; the caller adds the file's name.
 */
export function requireReadable(content: Uint8Array): void {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const start = bytes.toString("latin1", 0, 12);
  const isPng = start.startsWith("\x89PNG\r\n\x1a\n");
  if (isPng) requireUsualPng(bytes);
  if (isPng || start.startsWith("\xff\xd8\xff") || /^RIFF.{4}WEBP/s.test(start) || /^(II[*+]\0|MM\0[*+])/.test(start))
    return;
  if (bytes.length === 0) throw new Error("it is empty");
  const other = nameOther(bytes);
  if (other) throw new Error(`it is ${other}, want ${readFormats}: convert it first`);
  throw new Error(`unsupported image format, want ${readFormats}`);
}
