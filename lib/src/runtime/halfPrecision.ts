// IEEE 754 binary16 ("half precision"), 1 bit of sign, 5 of exponent, 10 of fraction: Node 20 has no array of them.

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The nearest half-precision number, ties to the even one; beyond 65,504 it is infinite. */
function toHalf(value: number): number {
  float[0] = value;
  const word = bits[0] as number;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = Math.abs(value);
  if (Number.isNaN(value)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  // Below 2^-14 the numbers are even steps of 2^-24.
  if (magnitude < 2 ** -14) return sign | roundToEven(magnitude * 2 ** 24);
  // The fraction keeps 10 of its 23 bits; a carry moves on into the exponent, which is what it should do.
  const kept = (word & 0x7fffffff) - (112 << 23);
  return sign | roundToEven(kept / 2 ** 13);
}

function roundToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
}

let table: Float32Array | undefined;

function makeTable(): Float32Array {
  return Float32Array.from({ length: 2 ** 16 }, (_, half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const [exponent, fraction] = [(half >> 10) & 0x1f, half & 0x3ff];
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}

/** Numbers rounded to half precision, as their bits. */
export function encodeHalves(values: Float32Array): Uint16Array {
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) halves[i] = toHalf(values[i] as number);
  return halves;
}

/** The numbers that half-precision bits stand for, exactly. */
export function decodeHalves(halves: Uint16Array): Float32Array {
  table ??= makeTable();
  const [known, values] = [table, new Float32Array(halves.length)];
  // A loop: `from` with a function takes twenty times as long, seconds of a prior.
  for (let i = 0; i < values.length; i++) values[i] = known[halves[i] as number] as number;
  return values;
}
