import { crc32, deflateSync } from "node:zlib";

/** What a TIFF of two pixels, side by side, is made of. */
export interface TiffParts {
  bits: number;
  photometric: number;
  samples: number;
  data: Uint8Array;
  /** SampleFormat: 1 unsigned, 2 signed, 3 float. */
  format?: number;
  /** ExtraSamples. */
  extra?: number;
  /** ColorMap. */
  map?: number[];
  icc?: Uint8Array;
  orientation?: number;
  /** How many directories. */
  pages?: number;
}

/** Bytes of whole or float numbers, least byte first. */
export const shorts = (values: number[]) => new Uint8Array(Uint16Array.from(values).buffer);
export const floats = (values: number[]) => new Uint8Array(Float32Array.from(values).buffer);

/** A TIFF written by hand. */
export function makeTiff(parts: TiffParts): Buffer {
  const { bits, photometric, samples, data, format, extra, map, icc, orientation, pages = 1 } = parts;
  const long = (value: number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value);
    return bytes;
  };
  const entries: [tag: number, type: number, content: Uint8Array][] = [
    [256, 3, shorts([2])],
    [257, 3, shorts([1])],
    [258, 3, shorts(new Array(samples).fill(bits))],
    [259, 3, shorts([1])],
    [262, 3, shorts([photometric])],
    [273, 4, long(8)],
    ...(orientation === undefined ? [] : [[274, 3, shorts([orientation])] as [number, number, Uint8Array]]),
    [277, 3, shorts([samples])],
    [278, 3, shorts([1])],
    [279, 4, long(data.length)],
    ...(map ? [[320, 3, shorts(map)] as [number, number, Uint8Array]] : []),
    ...(extra === undefined ? [] : [[338, 3, shorts([extra])] as [number, number, Uint8Array]]),
    ...(format === undefined
      ? []
      : [[339, 3, shorts(new Array(samples).fill(format))] as [number, number, Uint8Array]]),
    ...(icc ? [[34675, 7, icc] as [number, number, Uint8Array]] : []),
  ];
  const sizes: Record<number, number> = { 3: 2, 4: 4, 7: 1 };
  const pixels = Buffer.alloc(Math.ceil(data.length / 2) * 2);
  pixels.set(data);
  const chunks: Buffer[] = [Buffer.concat([Buffer.from("II*\0", "latin1"), long(8 + pixels.length)]), pixels];
  let end = 8 + pixels.length;
  for (let page = 0; page < pages; page++) {
    const directory = Buffer.alloc(2 + 12 * entries.length + 4);
    const tails: Buffer[] = [];
    let tail = end + directory.length;
    directory.set(shorts([entries.length]));
    entries.forEach(([tag, type, content], i) => {
      const at = 2 + 12 * i;
      directory.set(shorts([tag, type]), at);
      long(content.length / (sizes[type] as number)).copy(directory, at + 4);
      if (content.length <= 4) directory.set(content, at + 8);
      else {
        long(tail).copy(directory, at + 8);
        const even = Buffer.alloc(Math.ceil(content.length / 2) * 2);
        even.set(content);
        tails.push(even);
        tail += even.length;
      }
    });
    long(page + 1 < pages ? tail : 0).copy(directory, directory.length - 4);
    chunks.push(directory, ...tails);
    end = tail;
  }
  return Buffer.concat(chunks);
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** Whole numbers of 32 bits, highest byte first. */
export function longs(values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, i) => {
    bytes.writeUInt32BE(value, 4 * i);
  });
  return bytes;
}

/**
 * A PNG of two pixels, side by side, written by hand.
 * @param type 0 grey, 2 RGB, 3 palette, 4 grey and alpha, 6 RGBA. @param row bytes of the pixels.
 */
export function makePng(bits: number, type: number, row: number[], chunks: [string, Uint8Array][] = []): Buffer {
  const head = Buffer.concat([longs([2, 1]), Buffer.from([bits, type, 0, 0, 0])]);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    ...chunks.map(([name, content]) => chunk(name, content)),
    chunk("IDAT", deflateSync(Uint8Array.from([0, ...row]))),
    chunk("IEND", new Uint8Array()),
  ]);
}

/** An ICC profile as PNG holds it. */
export const pngProfile = (icc: Uint8Array): [string, Uint8Array] => [
  "iCCP",
  Buffer.concat([Buffer.from("own\0\0", "latin1"), deflateSync(icc)]),
];

const fixed = (values: number[]) => longs(values.map((value) => Math.round(value * 65536) >>> 0));
const xyz = (values: number[]) => Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), fixed(values)]);
const gammaCurve = (gamma: number) =>
  Buffer.concat([
    Buffer.from("curv\0\0\0\0\0\0\0\x01", "latin1"),
    Buffer.from([gamma >> 0, Math.round(256 * (gamma % 1)), 0, 0]),
  ]);
const srgbCurve = Buffer.concat([
  Buffer.from("para\0\0\0\0\0\x03\0\0", "latin1"),
  fixed([2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045]),
]);

function makeIcc(space: string, connection: string, tags: [string, Buffer][], name = "own"): Buffer {
  const head = Buffer.alloc(128);
  head.writeUInt32BE(0x02400000, 8);
  head.write("mntr", 12, "latin1");
  head.write(space.padEnd(4), 16, "latin1");
  head.write(connection, 20, "latin1");
  head.write("acsp", 36, "latin1");
  fixed([0.9642, 1, 0.8249]).copy(head, 68);
  const text = (words: string) => {
    const bytes = Buffer.alloc(104);
    bytes.write("desc", "latin1");
    bytes.writeUInt32BE(words.length + 1, 8);
    bytes.write(words, 12, "latin1");
    return bytes;
  };
  const all: [string, Buffer][] = [
    ["desc", text(name)],
    ["cprt", Buffer.from("text\0\0\0\0none\0\0\0\0", "latin1")],
    ["wtpt", xyz([0.9642, 1, 0.8249])],
    ...tags,
  ];
  let at = 128 + 4 + 12 * all.length;
  const table = all.map(([name, content]) => {
    const entry = Buffer.concat([Buffer.from(name, "latin1"), longs([at, content.length])]);
    at += content.length;
    return entry;
  });
  const profile = Buffer.concat([head, longs([all.length]), ...table, ...all.map(([, content]) => content)]);
  profile.writeUInt32BE(profile.length, 0);
  return profile;
}

function matrixProfile(columns: [number[], number[], number[]], curve: Buffer, name?: string): Buffer {
  const tags = [
    ...columns.map((column, i): [string, Buffer] => [`${"rgb"[i]}XYZ`, xyz(column)]),
    ...["r", "g", "b"].map((name): [string, Buffer] => [`${name}TRC`, curve]),
  ];
  return makeIcc("RGB", "XYZ ", tags, name);
}

/** sRGB's primaries under D50. */
const srgbColumns: [number[], number[], number[]] = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
];

/** Of each corner of a cube the lightness of its mean, no colour: a table that turns all grey. */
function greyingTable(): Buffer {
  const head = Buffer.from([...Buffer.from("mft1\0\0\0\0", "latin1"), 3, 3, 2, 0]);
  const ramp = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const corners = Array.from({ length: 8 }, (_, i) => {
    const share = ((i >> 2) + ((i >> 1) & 1) + (i & 1)) / 3;
    return [Math.round(255 * share), 128, 128];
  });
  const matrix = fixed([1, 0, 0, 0, 1, 0, 0, 0, 1]);
  return Buffer.concat([head, matrix, ramp, ramp, ramp, Buffer.from(corners.flat()), ramp, ramp, ramp]);
}

/** Profiles written by hand. */
export const profiles = {
  srgb: matrixProfile(srgbColumns, srgbCurve, "sRGB IEC61966-2.1"),
  adobe: matrixProfile(
    [
      [0.60974, 0.31111, 0.01947],
      [0.20528, 0.62567, 0.06087],
      [0.14919, 0.06322, 0.74457],
    ],
    gammaCurve(563 / 256),
  ),
  greyGamma18: makeIcc("GRAY", "XYZ ", [["kTRC", gammaCurve(1.8)]]),
  greying: makeIcc("RGB", "Lab ", [["A2B0", greyingTable()]]),
};
