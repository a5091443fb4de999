import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import sharp from "sharp";
import { readPhoto } from "../../src/cli/photoFile";
import { formatTable, readImage } from "../../src/data";
import { assertClose, assertNoLeak, disposeAll, temporaryFolder } from "../helpers";
import { floats, longs, makePng, makeTiff, pngProfile, profiles, shorts } from "./formatFiles";

type Row = keyof typeof formatTable;

/** A file of two pixels, what they are in grey values of 255, and by how much they may be off. */
interface Case {
  row: Row;
  file: Uint8Array | (() => Promise<Uint8Array>);
  /** Of the two pixels, red, green and blue, or one number where they are the same. */
  pixels: (number | [number, number, number])[];
  /** Of the two pixels, 0 to 1. */
  alpha?: number[];
  tolerance?: number;
  deep?: boolean;
}

const red: [number, number, number] = [255, 0, 0];
const odd: [number, number, number] = [10, 100, 200];
const rgb = [...red, ...odd];
const wide = (values: number[]) => values.flatMap((value) => [value, value]);
const deepOf = (values: number[]) => values.map((value) => 257 * value);
const raw = (values: number[], channels: 1 | 2 | 3 | 4, width = 2) =>
  sharp(Uint8Array.from(values), { raw: { width, height: values.length / channels / width, channels } });
const tiff8 = { bits: 8, photometric: 2, samples: 3, data: Uint8Array.from(rgb) };
const tiff16 = { ...tiff8, bits: 16, data: shorts(deepOf(rgb)) };
const grey16 = { bits: 16, photometric: 1, samples: 1, data: shorts(deepOf([51, 204])) };
/** A flat picture of JPEG's blocks. */
const flat = (values: number[], channels: 1 | 3) => raw(new Array(256).fill(values).flat(), channels, 16);
const ramp = Array.from({ length: 256 }, (_, i) => i);
const coloured = [100, 150, 50, 200, 30, 120];
// What LittleCMS 2.19 makes of them in Adobe RGB: sharp(png).toColourspace("srgb").raw().
const byLittleCms: [number, number, number][] = [
  [66, 151, 34],
  [233, 24, 123],
];

const cases: Record<string, Case> = {
  "PNG 8 RGB": { row: "png8", file: makePng(8, 2, rgb), pixels: [red, odd] },
  "PNG 8 grey": { row: "png8", file: makePng(8, 0, [51, 204]), pixels: [51, 204] },
  "PNG 8 RGBA": { row: "alpha", file: makePng(8, 6, [...red, 255, ...odd, 51]), pixels: [red, odd], alpha: [1, 0.2] },
  "PNG 8 grey+alpha": { row: "png8", file: makePng(8, 4, [51, 102, 204, 255]), pixels: [51, 204], alpha: [0.4, 1] },
  "PNG 16 RGB": { row: "png16", file: makePng(16, 2, wide(rgb)), pixels: [red, odd], deep: true },
  "PNG 16 grey": { row: "png16", file: makePng(16, 0, [0, 1, 255, 255]), pixels: [1 / 257, 255], deep: true },
  "PNG 16 RGBA": {
    ...{ row: "png16", file: makePng(16, 6, wide([...red, 255, ...odd, 51])), pixels: [red, odd], deep: true },
    alpha: [1, 0.2],
  },
  "PNG 16 grey+alpha": {
    ...{ row: "png16", file: makePng(16, 4, wide([51, 102, 204, 0])), pixels: [51, 204], alpha: [0.4, 0], deep: true },
  },
  "PNG 1 grey": { row: "pngFew", file: makePng(1, 0, [0x40]), pixels: [0, 255] },
  "PNG palette 1 with tRNS": {
    ...{ row: "pngPalette", pixels: [red, odd], alpha: [0.2, 1] },
    file: makePng(
      1,
      3,
      [0x40],
      [
        ["PLTE", Uint8Array.from(rgb)],
        ["tRNS", Uint8Array.from([51])],
      ],
    ),
  },
  "PNG gAMA of 2.2": { row: "png8", file: makePng(8, 2, rgb, [["gAMA", longs([45455])]]), pixels: [red, odd] },
  // 128 of linear light is 188 in sRGB.
  "PNG gAMA of 1, said to be sRGB": {
    ...{ row: "png8", pixels: [128, 255] },
    file: makePng(
      8,
      0,
      [128, 255],
      [
        ["sRGB", Uint8Array.of(0)],
        ["gAMA", longs([100000])],
      ],
    ),
  },
  "PNG cICP of sRGB": {
    row: "png8",
    file: makePng(8, 2, rgb, [["cICP", Uint8Array.of(1, 13, 0, 1)]]),
    pixels: [red, odd],
  },
  "JPEG RGB": {
    ...{ row: "jpeg", pixels: [odd, odd], tolerance: 2 },
    file: () => flat(odd, 3).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer(),
  },
  "JPEG grey": {
    ...{ row: "jpeg", pixels: [77, 77], tolerance: 1 },
    file: () => flat([77], 1).toColourspace("b-w").jpeg({ quality: 100 }).toBuffer(),
  },
  // Not where they came from, (120, 90, 80), but what LittleCMS 2.19 makes of the CMYK by the perceptual table.
  "JPEG CMYK of a colour in its gamut": {
    ...{ row: "jpegCmyk", pixels: [[114, 84, 68]], tolerance: 1 },
    file: () => flat([120, 90, 80], 3).toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer(),
  },
  "JPEG CMYK with its profile": {
    ...{ row: "jpegCmyk", pixels: [[116, 82, 63]], tolerance: 1 },
    file: () => flat([120, 90, 80], 3).withIccProfile("cmyk").jpeg({ quality: 100 }).toBuffer(),
  },
  "WebP without loss": { row: "webp", file: () => raw(rgb, 3).webp({ lossless: true }).toBuffer(), pixels: [red, odd] },
  "WebP with alpha": {
    ...{ row: "webp", pixels: [red, odd], alpha: [1, 0.2] },
    file: () =>
      raw([...red, 255, ...odd, 51], 4)
        .webp({ lossless: true, exact: true })
        .toBuffer(),
  },
  "TIFF 8 RGB": { row: "tiff8", file: makeTiff(tiff8), pixels: [red, odd] },
  "TIFF 8 grey, white is 0": {
    ...{ row: "tiff8", pixels: [204, 51] },
    file: makeTiff({ ...tiff8, photometric: 0, samples: 1, data: Uint8Array.of(51, 204) }),
  },
  "TIFF 8 RGBA": {
    ...{ row: "tiff8", pixels: [red, odd], alpha: [1, 0.2] },
    file: makeTiff({ ...tiff8, samples: 4, extra: 2, data: Uint8Array.of(...red, 255, ...odd, 51) }),
  },
  "TIFF 8 RGBA, premultiplied": {
    ...{ row: "tiff8", pixels: [red, [10, 100, 200]], alpha: [1, 0.2], tolerance: 3 },
    file: makeTiff({ ...tiff8, samples: 4, extra: 1, data: Uint8Array.of(...red, 255, 2, 20, 40, 51) }),
  },
  "TIFF 16 RGB": { row: "tiff16", file: makeTiff(tiff16), pixels: [red, odd], deep: true },
  "TIFF 16 grey": { row: "tiff16", file: makeTiff(grey16), pixels: [51, 204], deep: true },
  "TIFF 16 grey+alpha": {
    ...{ row: "tiff16", pixels: [51, 204], alpha: [0.2, 1], deep: true },
    file: makeTiff({ ...grey16, samples: 2, extra: 2, data: shorts(deepOf([51, 51, 204, 255])) }),
  },
  "TIFF 16 RGBA": {
    ...{ row: "tiff16", pixels: [red, odd], alpha: [0.4, 0.2], deep: true },
    file: makeTiff({ ...tiff16, samples: 4, extra: 2, data: shorts(deepOf([...red, 102, ...odd, 51])) }),
  },
  "TIFF 1, white is 0": {
    row: "tiffFew",
    file: makeTiff({ ...tiff8, bits: 1, photometric: 0, samples: 1, data: Uint8Array.of(0x40) }),
    pixels: [255, 0],
  },
  "TIFF palette 8": {
    ...{
      row: "tiffPalette",
      pixels: [
        [10, 245, 10],
        [200, 55, 200],
      ],
    },
    file: makeTiff({
      ...{ bits: 8, photometric: 3, samples: 1, data: Uint8Array.of(10, 200) },
      map: deepOf([...ramp, ...[...ramp].reverse(), ...ramp]),
    }),
  },
  "TIFF float RGB": {
    ...{
      row: "tiffFloat",
      pixels: [
        [0, 63.75, 127.5],
        [255, 25.5, 51],
      ],
      deep: true,
    },
    file: makeTiff({ ...tiff8, bits: 32, format: 3, data: floats([0, 0.25, 0.5, 1, 0.1, 0.2]) }),
  },
  "TIFF float RGBA": {
    ...{
      row: "tiffFloat",
      pixels: [
        [0, 63.75, 127.5],
        [255, 25.5, 51],
      ],
      alpha: [0.5, 1],
      deep: true,
    },
    file: makeTiff({
      ...tiff8,
      bits: 32,
      format: 3,
      samples: 4,
      extra: 2,
      data: floats([0, 0.25, 0.5, 0.5, 1, 0.1, 0.2, 1]),
    }),
  },
  "TIFF CMYK 8": {
    ...{ row: "tiffCmyk", pixels: [255], tolerance: 1 },
    file: makeTiff({ ...tiff8, photometric: 5, samples: 4, data: Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 255) }),
  },
  // Lightness 50 is 118.9 in sRGB, 100 is white.
  "TIFF Lab 16": {
    ...{ row: "tiffLab", pixels: [118.9, 255], tolerance: 0.1, deep: true },
    file: makeTiff({ ...tiff16, photometric: 8, data: shorts([32768, 0, 0, 65535, 0, 0]) }),
  },
  "PNG 8, sRGB": { row: "profile", file: makePng(8, 2, rgb, [pngProfile(profiles.srgb)]), pixels: [red, odd] },
  "TIFF 16, sRGB": {
    row: "profile",
    file: makeTiff({ ...tiff16, icc: profiles.srgb }),
    pixels: [red, odd],
    deep: true,
  },
  "PNG 16, sharp's own sRGB": {
    ...{ row: "profile", pixels: [red, [0, 0, 0]], deep: true },
    file: () =>
      sharp(Uint16Array.from([65535, 0, 0, 0, 0, 0]), { raw: { width: 2, height: 1, channels: 3 } })
        .toColourspace("rgb16")
        .withIccProfile("srgb")
        .png()
        .toBuffer(),
  },
  "WebP, Adobe RGB": {
    ...{ row: "profile", pixels: byLittleCms, tolerance: 0.6 },
    file: async () => withWebpProfile(await raw(coloured, 3).webp({ lossless: true }).toBuffer(), profiles.adobe),
  },
  "PNG 8, Adobe RGB": {
    ...{ row: "profile", pixels: byLittleCms, tolerance: 0.6 },
    file: makePng(8, 2, coloured, [pngProfile(profiles.adobe)]),
  },
  // Of 16 bits sharp goes by way of P3, which shifts dark values of saturated colours.
  "TIFF 16, Adobe RGB": {
    ...{ row: "profile", pixels: byLittleCms, tolerance: 1.1, deep: true },
    file: makeTiff({ ...tiff16, data: shorts(deepOf(coloured)), icc: profiles.adobe }),
  },
  "PNG 8 grey of gamma 1.8": {
    ...{ row: "profile", pixels: [119.3, 210.1], tolerance: 0.5 },
    file: makePng(8, 0, [100, 200], [pngProfile(profiles.greyGamma18)]),
  },
  "PNG 8 grey+alpha of gamma 1.8": {
    ...{ row: "profile", pixels: [119.3, 210.1], alpha: [0.2, 1], tolerance: 0.5 },
    file: makePng(8, 4, [100, 51, 200, 255], [pngProfile(profiles.greyGamma18)]),
  },
  // A lightness of 100 / 255 is 92.35 in sRGB.
  "PNG 8, a table": {
    ...{ row: "profile", pixels: [92.35, 108.3], tolerance: 0.6 },
    file: makePng(8, 2, coloured, [pngProfile(profiles.greying)]),
  },
  "TIFF turned by a half": {
    ...{ row: "orientation", pixels: [odd, red] },
    file: makeTiff({ ...tiff8, orientation: 3 }),
  },
  "WebP mirrored": {
    ...{ row: "orientation", pixels: [odd, red] },
    file: () => raw(rgb, 3).withMetadata({ orientation: 2 }).webp({ lossless: true }).toBuffer(),
  },
};

/** A WebP of the extended kind, with a profile. */
function withWebpProfile(webp: Buffer, icc: Buffer): Buffer {
  const part = (name: string, content: Buffer) => {
    const even = Buffer.alloc(content.length + (content.length % 2));
    content.copy(even);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(content.length);
    return Buffer.concat([Buffer.from(name, "latin1"), length, even]);
  };
  const head = Buffer.from([0x20, 0, 0, 0, 1, 0, 0, 0, 0, 0]);
  const body = Buffer.concat([Buffer.from("WEBP"), part("VP8X", head), part("ICCP", icc), webp.subarray(12)]);
  return part("RIFF", body);
}

const refusals: Record<string, { row: Row; file: Uint8Array | (() => Promise<Uint8Array>); why: RegExp }> = {
  GIF: {
    row: "others",
    file: () => raw(rgb, 3).gif().toBuffer(),
    why: /it is a GIF, want PNG, JPEG, WebP or TIFF: convert/,
  },
  BMP: { row: "others", file: Buffer.from("BM\x46\0\0\0"), why: /it is a BMP, want PNG/ },
  HEIC: { row: "others", file: Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic"), why: /it is a HEIC, want PNG/ },
  AVIF: { row: "others", file: () => flat(odd, 3).avif().toBuffer(), why: /it is an AVIF, want PNG/ },
  video: { row: "others", file: Buffer.from("\0\0\0\x18ftypisom\0\0\0\0"), why: /a media file of the brand "isom"/ },
  SVG: {
    row: "others",
    file: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
    why: /it is an SVG drawing/,
  },
  PDF: { row: "others", file: Buffer.from("%PDF-1.7\n"), why: /it is a PDF/ },
  PSD: { row: "others", file: Buffer.from("8BPS\0\x01"), why: /Photoshop/ },
  "JPEG XL": { row: "others", file: Buffer.from("\xff\x0a\0\0", "latin1"), why: /a JPEG XL/ },
  "JPEG 2000": { row: "others", file: Buffer.from("\0\0\0\x0cjP  \r\n", "latin1"), why: /a JPEG 2000/ },
  EXR: { row: "others", file: Buffer.from("\x76\x2f\x31\x01", "latin1"), why: /OpenEXR/ },
  Radiance: { row: "others", file: Buffer.from("#?RADIANCE\n"), why: /Radiance/ },
  ICO: { row: "others", file: Buffer.from("\0\0\x01\0\x01"), why: /an icon/ },
  nothing: { row: "others", file: Buffer.alloc(0), why: /it is empty/ },
  text: { row: "others", file: Buffer.from("no image"), why: /unsupported image format, want PNG/ },
  APNG: { row: "pngOther", file: makePng(8, 2, rgb, [["acTL", longs([2, 0])]]), why: /an animated PNG/ },
  "PNG of PQ": {
    row: "pngOther",
    file: makePng(16, 2, wide(rgb), [["cICP", Uint8Array.of(9, 16, 0, 1)]]),
    why: /colour code points 9-16-0-1/,
  },
  "PNG gAMA of 1": {
    row: "pngOther",
    file: makePng(8, 0, [128, 255], [["gAMA", longs([100000])]]),
    why: /another gamma \(gAMA\) than sRGB's/,
  },
  "PNG gAMA and cHRM of P3": {
    row: "pngOther",
    file: makePng(8, 2, coloured, [
      ["gAMA", longs([45455])],
      ["cHRM", longs([31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000])],
    ]),
    why: /other primaries \(cHRM\) than sRGB's/,
  },
  "animated WebP": {
    row: "webpOther",
    file: async () =>
      sharp(await Promise.all([red, odd].map((colour) => flat(colour, 3).png().toBuffer())), {
        join: { animated: true },
      })
        .webp()
        .toBuffer(),
    why: /it has 2 pictures, want one/,
  },
  "JPEG of 12 bits": {
    row: "jpegOther",
    file: Buffer.from([0xff, 0xd8, 0xff, 0xc1, 0, 11, 12, 0, 1, 0, 2, 1, 1, 0x11, 0, 0xff, 0xd9]),
    why: /Invalid JPEG/,
  },
  "TIFF of pages": { row: "tiffOther", file: makeTiff({ ...tiff8, pages: 3 }), why: /it has 3 pictures, want one/ },
  "TIFF signed": {
    row: "tiffOther",
    file: makeTiff({ ...tiff8, format: 2 }),
    why: /srgb of the kind char, want 8 or 16 bits/,
  },
  "TIFF of 32 bits": {
    row: "tiffOther",
    file: makeTiff({ ...tiff8, bits: 32, data: new Uint8Array(24) }),
    why: /srgb of the kind uint/,
  },
  "TIFF of 12 bits": {
    row: "tiffOther",
    file: makeTiff({ ...tiff8, bits: 12, data: new Uint8Array(9) }),
    why: /samples_per_pixel/,
  },
  "TIFF of 64-bit float": {
    row: "tiffOther",
    file: makeTiff({ ...tiff8, bits: 64, format: 3, data: new Uint8Array(48) }),
    why: /samples out of range/,
  },
  "TIFF Lab of 8 bits": {
    row: "tiffOther",
    file: makeTiff({ ...tiff8, photometric: 8 }),
    why: /bad labq format/,
  },
  "TIFF of camera raw": {
    row: "tiffOther",
    file: makeTiff({ ...grey16, photometric: 32803 }),
    why: /multiband of the kind ushort/,
  },
  "TIFF cut off": { row: "tiffOther", file: makeTiff(tiff8).subarray(0, 20), why: /unsupported image format/ },
  "float above 1": {
    row: "tiffFloat",
    file: makeTiff({ ...tiff8, bits: 32, format: 3, data: floats([0, 0, 0, 1.5, 0, 0]) }),
    why: /holds 1.5, want all of them in \[0, 1\]/,
  },
  "float below 0": {
    row: "tiffFloat",
    file: makeTiff({ ...tiff8, bits: 32, format: 3, photometric: 1, samples: 1, data: floats([-0.25, 0]) }),
    why: /holds -0.25/,
  },
  "float, white is 0": {
    row: "tiffFloat",
    file: makeTiff({ ...tiff8, bits: 32, format: 3, photometric: 0, samples: 1, data: floats([0.25, 0]) }),
    why: /float numbers with 0 for white/,
  },
  "a profile of floats": {
    row: "profile",
    file: makeTiff({ ...tiff8, bits: 32, format: 3, data: floats([0, 0, 0, 1, 1, 1]), icc: profiles.adobe }),
    why: /profile is not read beside float numbers or grey of 16 bits/,
  },
  "a profile of 16 bits of grey": {
    row: "profile",
    file: makePng(16, 0, wide([100, 200]), [pngProfile(profiles.greyGamma18)]),
    why: /profile is not read beside float numbers or grey of 16 bits/,
  },
  "too many pixels": {
    row: "png8",
    file: tooLarge(),
    why: /it is 10000x6401, 64.1 megapixels, want at most 64: make it smaller/,
  },
};

/** The head of a PNG that says it is large. */
function tooLarge(): Buffer {
  const png = makePng(8, 0, [0, 0]);
  longs([10000, 6401]).copy(png, 16);
  return png;
}

const bytesOf = (file: Case["file"]) => (typeof file === "function" ? file() : file);
const unit = (values: Case["pixels"]) =>
  values.flatMap((value) => (typeof value === "number" ? [value, value, value] : value)).map((value) => value / 255);

for (const [name, { row, file, pixels, alpha, tolerance = 0.005, deep = false }] of Object.entries(cases)) {
  test(`${row}: ${name}`, () =>
    assertNoLeak(async () => {
      const bytes = await bytesOf(file);
      const wanted = unit(pixels);
      const image = await readImage(bytes);
      const white = wanted.map((value, i) => {
        const seen = alpha?.[Math.floor(i / 3)] ?? 1;
        return value * seen + 1 - seen;
      });
      assertClose(image.dataSync().slice(0, wanted.length), white, tolerance / 255);
      const photo = await readPhoto(bytes);
      const channels = photo.image.shape[3];
      const own = photo.image.dataSync();
      assertClose(
        Float32Array.from(wanted, (_, i) => own[channels === 3 ? i : Math.floor(i / 3)] as number),
        wanted,
        tolerance / 255,
      );
      assert.equal(photo.deep, deep);
      assert.equal(photo.alpha !== undefined, alpha !== undefined);
      if (photo.alpha) assertClose(photo.alpha.dataSync(), alpha ?? [], 1e-4);
      disposeAll(image, photo.image, ...(photo.alpha ? [photo.alpha] : []));
    }));
}

const folder = temporaryFolder();
for (const [name, { row, file, why }] of Object.entries(refusals)) {
  test(`${row}: ${name} is refused`, () =>
    assertNoLeak(async () => {
      // The name says PNG: the content decides.
      const path = join(folder, `${name}.png`);
      writeFileSync(path, await bytesOf(file));
      const isNamed = (error: Error) =>
        error.message.startsWith(`cannot read the image ${path}: `) && why.test(error.message);
      for (const read of [readImage, readPhoto]) {
        await assert.rejects(read(path) as Promise<unknown>, (error: Error) => {
          assert.ok(isNamed(error), error.message);
          return true;
        });
      }
    }));
}

test("each row of the table has a case", () => {
  const tried = new Set([...Object.values(cases), ...Object.values(refusals)].map(({ row }) => row));
  assert.deepEqual(
    Object.keys(formatTable).filter((row) => !tried.has(row as Row)),
    [],
  );
});
