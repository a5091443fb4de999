import type { Inspected } from "./inspected";

/** The first directories of a TIFF: their tags, and those that can be read as whole numbers. */
type Directory = Map<number, number[]>;

const tags = {
  ...{ subfileType: 254, bits: 258, photometric: 262, samples: 277, extra: 338, sampleFormat: 339, dngVersion: 50706 },
} as const;

/** Bytes of a value of the types that hold whole numbers: BYTE, SHORT, LONG, LONG8. */
const sizes: Record<number, number> = { 1: 1, 3: 2, 4: 4, 16: 8 };

/** More pages than this are as good as many. */
const mostDirectories = 64;

/** Reads tags of whole numbers; a classic TIFF or a BigTIFF, of either byte order. */
function readDirectories(view: Buffer): Directory[] {
  const little = view.toString("latin1", 0, 1) === "I";
  const short = (at: number) => (little ? view.readUInt16LE(at) : view.readUInt16BE(at));
  const long = (at: number) => (little ? view.readUInt32LE(at) : view.readUInt32BE(at));
  const long8 = (at: number) => Number(little ? view.readBigUInt64LE(at) : view.readBigUInt64BE(at));
  const big = short(2) === 43;
  const offset = big ? long8 : long;
  const readers: Record<number, (at: number) => number> = {
    1: (at) => view.readUInt8(at),
    3: short,
    4: long,
    16: long8,
  };
  const directories: Directory[] = [];
  const seen = new Set<number>();
  let at = offset(big ? 8 : 4);
  while (at !== 0 && !seen.has(at) && directories.length < mostDirectories) {
    seen.add(at);
    const directory: Directory = new Map();
    const count = big ? long8(at) : short(at);
    const first = at + (big ? 8 : 2);
    const entry = big ? 20 : 12;
    for (let place = first; place < first + count * entry; place += entry) {
      const type = short(place + 2);
      const size = sizes[type];
      const read = readers[type];
      const values = Math.min(offset(place + 4), 64);
      if (size === undefined || read === undefined) continue;
      const field = place + (big ? 12 : 8);
      const from = values * size <= (big ? 8 : 4) ? field : offset(field);
      directory.set(
        short(place),
        Array.from({ length: values }, (_, i) => read(from + i * size)),
      );
    }
    directories.push(directory);
    at = offset(first + count * entry);
  }
  return directories;
}

const formatNames: Record<number, string> = {
  2: "signed",
  3: "float",
  4: "of no stated kind",
  5: "complex",
  6: "complex",
};
const photometricNames: Record<number, string> = {
  ...{ 0: "grey", 1: "grey", 2: "RGB", 3: "palette", 5: "CMYK", 6: "YCbCr", 8: "CIELab", 9: "ICCLab", 10: "ITULab" },
  ...{ 4: "a transparency mask", 32803: "camera raw", 34892: "camera raw", 32844: "LogL", 32845: "LogLuv" },
};

/** Depths in bits that are read, of whole numbers. */
const depths: Record<number, readonly number[]> = {
  ...{ 0: [1, 2, 4, 8, 16], 1: [1, 2, 4, 8, 16], 2: [8, 16], 3: [4, 8], 5: [8, 16], 6: [8], 8: [16] },
};
/** Channels beside alpha. */
const colours: Record<number, number> = { 0: 1, 1: 1, 2: 3, 3: 1, 5: 4, 6: 3, 8: 3 };

/**
 * Checks that a TIFF is of a kind that is read.
 * @returns what the decoder leaves to be done.
 * @throws Error naming what it is: pages, kind, depth or number of the samples, camera raw.
 */
export function inspectTiff(bytes: Uint8Array): Inspected {
  let directories: Directory[];
  try {
    directories = readDirectories(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new Error("it is a damaged TIFF: its directory lies beyond its end");
  }
  const [first] = directories;
  if (!first) throw new Error("it is a TIFF without a picture");
  const isReduced = (one: Directory) => ((one.get(tags.subfileType)?.[0] ?? 0) & 1) !== 0;
  if (first.has(tags.dngVersion) || isReduced(first))
    throw new Error("it is a camera raw file, want a developed picture");
  const pages = directories.filter((one) => !isReduced(one)).length;
  if (pages > 1) throw new Error(`it is a TIFF of ${pages === mostDirectories ? "many" : pages} pages, want one`);
  checkSamples(first);
  return { format: "tiff", inverted: first.get(tags.photometric)?.[0] === 0 };
}

function checkSamples(directory: Directory): void {
  const photometric = directory.get(tags.photometric)?.[0] ?? -1;
  const kind = photometricNames[photometric] ?? `the photometric kind ${photometric}`;
  const usual = depths[photometric];
  const own = colours[photometric];
  if (!usual || own === undefined) throw new Error(`it is a TIFF of ${kind}, want grey, RGB, palette, CMYK or CIELab`);
  const bits = [...new Set(directory.get(tags.bits) ?? [1])];
  const format = [...new Set(directory.get(tags.sampleFormat) ?? [1])];
  const depth = `${bits.join(" and ")}-bit`;
  // The a and b of CIELab are signed by its definition, whatever the tag says.
  const isFloat = format.join() === "3" && own !== 4 && photometric <= 2;
  const isWhole = format.join() === "1" || (photometric === 8 && format.join() === "2");
  if (!isFloat && !isWhole) {
    const names = format.map((one) => (one === 1 ? "unsigned" : (formatNames[one] ?? `of kind ${one}`))).join(" and ");
    throw new Error(`it is a TIFF of ${depth} ${kind} whose samples are ${names}, want unsigned ones or 32-bit float`);
  }
  const wanted = isFloat ? [32] : usual;
  if (bits.length !== 1 || !wanted.includes(bits[0] as number)) {
    throw new Error(`it is a TIFF of ${depth} ${isFloat ? "float " : ""}${kind}, want ${wanted.join(", ")} bits`);
  }
  const samples = directory.get(tags.samples)?.[0] ?? 1;
  const extra = directory.get(tags.extra) ?? [];
  if (samples === own) return;
  const isAlpha = samples === own + 1 && (extra[0] === 1 || extra[0] === 2) && own !== 4 && (bits[0] as number) >= 8;
  if (!isAlpha || photometric === 3 || photometric === 8) {
    throw new Error(
      `it is a TIFF of ${kind} with ${samples} channels, want ${own}, or ${own + 1} where the last is alpha`,
    );
  }
}
