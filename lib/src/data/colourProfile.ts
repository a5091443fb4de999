/** From linear colours of a profile to those of sRGB, and the curves before it; what becomes of the values of a file. */
export interface ColourProfile {
  /** "same" as sRGB, its curves to half a grey value of 255; "curves" are converted here; "table" by the colour engine. */
  kind: "same" | "curves" | "table";
  /** What its values are: "RGB", "GRAY", "CMYK". */
  space: string;
  /** Of each channel, one for grey, from the stored value to linear light, both in [0, 1]. */
  curves: ((value: number) => number)[];
  /** Row by row, from the profile's linear RGB to that of sRGB. */
  matrix: number[];
}

/** From XYZ under D50 to linear sRGB (IEC 61966-2-1, adapted by Bradford). */
const xyzToSrgb = [
  ...[3.1338561, -1.6168667, -0.4906146],
  ...[-0.9787684, 1.9161415, 0.033454],
  ...[0.0719453, -0.2289914, 1.4052427],
];

const identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** Linear light as sRGB stores it, both in [0, 1]. */
export function encodeSrgb(linear: number): number {
  return linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
}

const at = (numbers: readonly number[], index: number) => numbers[index] as number;

function multiply(a: readonly number[], b: readonly number[]): number[] {
  return Array.from({ length: 9 }, (_, i) => {
    const row = 3 * Math.floor(i / 3);
    return at(a, row) * at(b, i % 3) + at(a, row + 1) * at(b, 3 + (i % 3)) + at(a, row + 2) * at(b, 6 + (i % 3));
  });
}

function invert(m: readonly number[]): number[] {
  const minor = (r: number, c: number) => {
    const [r1, r2, c1, c2] = [(r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3];
    return at(m, 3 * r1 + c1) * at(m, 3 * r2 + c2) - at(m, 3 * r1 + c2) * at(m, 3 * r2 + c1);
  };
  const determinant = at(m, 0) * minor(0, 0) + at(m, 1) * minor(0, 1) + at(m, 2) * minor(0, 2);
  if (!(Math.abs(determinant) > 1e-9)) throw new Error("its colour profile has primaries in one line");
  return Array.from({ length: 9 }, (_, i) => minor(i % 3, Math.floor(i / 3)) / determinant);
}

/** A curve of a profile: a gamma, a formula or a table. */
function readCurve(icc: Buffer, from: number): (value: number) => number {
  const type = icc.toString("latin1", from, from + 4);
  if (type === "curv") {
    const count = icc.readUInt32BE(from + 8);
    if (count === 0) return (value) => value;
    if (count === 1) {
      const gamma = icc.readUInt16BE(from + 12) / 256;
      return (value) => value ** gamma;
    }
    const table = Float64Array.from({ length: count }, (_, i) => icc.readUInt16BE(from + 12 + 2 * i) / 65535);
    return (value) => {
      const place = Math.min(1, Math.max(0, value)) * (count - 1);
      const low = Math.min(count - 2, Math.floor(place));
      const [below, above] = [table[low] as number, table[low + 1] as number];
      return below + (place - low) * (above - below);
    };
  }
  if (type !== "para") throw new Error(`its colour profile has a curve of the kind "${type}"`);
  const kind = icc.readUInt16BE(from + 8);
  const counts = [1, 3, 4, 5, 7];
  const count = counts[kind];
  if (count === undefined) throw new Error(`its colour profile has a formula of the kind ${kind}`);
  const read = Array.from({ length: count }, (_, i) => icc.readInt32BE(from + 12 + 4 * i) / 65536);
  const [g = 1, a = 1, b = 0, third = 0, fourth = 0, e = 0, f = 0] = read;
  const power = (value: number) => Math.max(0, a * value + b) ** g;
  if (kind === 0) return (value) => value ** g;
  if (kind === 1) return (value) => (value >= -b / a ? power(value) : 0);
  if (kind === 2) return (value) => (value >= -b / a ? power(value) : 0) + third;
  return (value) => (value >= fourth ? power(value) + e : third * value + f);
}

/** By how much the numbers of a profile of sRGB may be off, which its writers round each in their way. */
const closeMatrix = 0.002;
const closeValue = 0.5 / 255;

function isSame(curves: ColourProfile["curves"], matrix: readonly number[]): boolean {
  const steps = Array.from({ length: 256 }, (_, i) => i / 255);
  return (
    matrix.every((value, i) => Math.abs(value - at(identity, i)) < closeMatrix) &&
    curves.every((curve) => steps.every((value) => Math.abs(encodeSrgb(curve(value)) - value) < closeValue))
  );
}

function withKind(space: string, curves: ColourProfile["curves"], matrix: number[]): ColourProfile {
  return { kind: isSame(curves, matrix) ? "same" : "curves", space, curves, matrix };
}

/**
 * Reads an ICC profile.
 * @throws Error when it is damaged or of colours other than RGB, grey and CMYK.
 */
export function readProfile(bytes: Uint8Array): ColourProfile {
  const icc = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    if (icc.toString("latin1", 36, 40) !== "acsp") throw new Error("its colour profile is damaged");
    const space = icc.toString("latin1", 16, 20).trim();
    const found = new Map<string, number>();
    for (let i = 0; i < icc.readUInt32BE(128); i++) {
      found.set(icc.toString("latin1", 132 + 12 * i, 136 + 12 * i), icc.readUInt32BE(136 + 12 * i));
    }
    const place = (tag: string) => {
      const from = found.get(tag);
      if (from === undefined) throw new Error(`its colour profile lacks ${tag}`);
      return from;
    };
    const table: ColourProfile = { kind: "table", space, curves: [], matrix: identity };
    if (space === "CMYK") return table;
    if (space === "GRAY") return withKind(space, [readCurve(icc, place("kTRC"))], identity);
    if (space !== "RGB") throw new Error(`its colour profile is of the colours "${space}", want RGB, GRAY or CMYK`);
    if (["A2B0", "A2B1", "D2B0", "D2B1"].some((tag) => found.has(tag))) return table;
    const columns = ["rXYZ", "gXYZ", "bXYZ"].map(place);
    const toXyz = Array.from({ length: 9 }, (_, i) => {
      return icc.readInt32BE(at(columns, i % 3) + 8 + 4 * Math.floor(i / 3)) / 65536;
    });
    const curves = ["rTRC", "gTRC", "bTRC"].map((tag) => readCurve(icc, place(tag)));
    return withKind(space, curves, normalise(multiply(xyzToSrgb, toXyz)));
  } catch (error) {
    if (error instanceof RangeError) throw new Error("its colour profile is damaged");
    throw error;
  }
}

/** Of white (D65), red, green and blue of sRGB. */
const srgbChromaticities = [0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06];

/** From linear RGB to XYZ, of the primaries, scaled so that white has Y of 1. */
function primaries(chromaticities: readonly number[]): number[] {
  const xyz = [0, 1, 2, 3].map((i) => {
    const [x, y] = [at(chromaticities, 2 * i), at(chromaticities, 2 * i + 1)];
    if (!(y > 0)) throw new Error("its colours (cHRM) are no colours");
    return [x / y, 1, (1 - x - y) / y];
  }) as [number[], number[], number[], number[]];
  const [white, ...columns] = xyz;
  const bare = Array.from({ length: 9 }, (_, i) => at(columns[i % 3] as number[], Math.floor(i / 3)));
  const inverse = invert(bare);
  const scales = [0, 1, 2].map(
    (i) =>
      at(inverse, 3 * i) * at(white, 0) + at(inverse, 3 * i + 1) * at(white, 1) + at(inverse, 3 * i + 2) * at(white, 2),
  );
  return bare.map((value, i) => value * at(scales, i % 3));
}

/**
 * The colours that a PNG states without a profile. Its white becomes that of sRGB.
 * @param gamma the exponent that was applied, 0.45455 of 2.2. @param chromaticities x and y of white, red, green, blue.
 * @throws Error when they are out of range.
 */
export function profileOf(gamma: number, chromaticities: readonly number[] = srgbChromaticities): ColourProfile {
  if (!(gamma > 0)) throw new Error(`its gamma (gAMA) is ${gamma}, want a number above 0`);
  // What writers of sRGB state, for readers that know nothing else.
  const isUsual = Math.abs(gamma - 0.45455) < 0.003;
  const curve = isUsual ? decodeSrgb : (value: number) => value ** (1 / gamma);
  const matrix = multiply(invert(primaries(srgbChromaticities)), primaries(chromaticities));
  return withKind("RGB", [curve, curve, curve], normalise(matrix));
}

/** Grey stays grey, whatever the rounding. */
function normalise(matrix: number[]): number[] {
  return matrix.map((value, i) => {
    const row = 3 * Math.floor(i / 3);
    return value / (at(matrix, row) + at(matrix, row + 1) + at(matrix, row + 2));
  });
}

function decodeSrgb(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

/** Steps of the table of `encodeSrgb`, between which a line is drawn: exact to 1e-5. */
const encodeSteps = 65536;

/**
 * Converts stored values to sRGB.
 * @param values interleaved, `channels` a pixel, the first 1 or 3 of them colours; whole numbers up to `peak`, or floats.
 * @returns in [0, 1], alpha over its peak as it was.
 */
export function convertToSrgb(
  values: Uint8Array | Uint16Array | Float32Array,
  { channels, colours, peak }: { channels: number; colours: 1 | 3; peak: number },
  { curves, matrix }: ColourProfile,
): Float32Array {
  const encode = Float64Array.from({ length: encodeSteps + 2 }, (_, i) => encodeSrgb(Math.min(1, i / encodeSteps)));
  const curveOf = (channel: number) => curves[channel] ?? (curves[0] as (value: number) => number);
  const tables =
    values instanceof Float32Array
      ? undefined
      : Array.from({ length: colours }, (_, channel) => {
          return Float64Array.from({ length: peak + 1 }, (_, i) => curveOf(channel)(i / peak));
        });
  const store = (linear: number) => {
    const place = Math.min(1, Math.max(0, linear)) * encodeSteps;
    const low = Math.floor(place);
    const below = encode[low] as number;
    return below + (place - low) * ((encode[low + 1] as number) - below);
  };
  const converted = new Float32Array(values.length);
  const linear = [0, 0, 0];
  for (let from = 0; from < values.length; from += channels) {
    for (let channel = 0; channel < 3; channel++) {
      const value = values[from + (colours === 3 ? channel : 0)] as number;
      const table = tables?.[colours === 3 ? channel : 0];
      linear[channel] = table ? (table[value] as number) : curveOf(channel)(value / peak);
    }
    const [r, g, b] = linear as [number, number, number];
    for (let channel = 0; channel < colours; channel++) {
      const row = 3 * (colours === 3 ? channel : 1);
      converted[from + channel] = store(at(matrix, row) * r + at(matrix, row + 1) * g + at(matrix, row + 2) * b);
    }
    for (let channel: number = colours; channel < channels; channel++) {
      converted[from + channel] = (values[from + channel] as number) / peak;
    }
  }
  return converted;
}
