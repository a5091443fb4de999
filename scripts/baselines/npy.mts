/** An array of single-precision numbers as NumPy stores it, row by row. */
export interface NpyArray {
  shape: number[];
  values: Float32Array;
}

const magic = "\x93NUMPY";

/** The bytes of a .npy file of version 1.0 (NumPy Enhancement Proposal 1), float32, little-endian. */
export function encodeNpy({ shape, values }: NpyArray): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.map((side) => `${side},`).join(" ")}), }`;
  // The values begin at a multiple of 64 bytes.
  const length = Math.ceil((magic.length + 4 + text.length + 1) / 64) * 64 - magic.length - 4;
  const head = Buffer.from(`${magic}\x01\x00\x00\x00${text.padEnd(length - 1)}\n`, "latin1");
  head.writeUInt16LE(length, magic.length + 2);
  return Buffer.concat([head, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}

/** Reads the bytes of a .npy file. @throws Error when they are none, cut, or of other numbers than float32 row by row. */
export function decodeNpy(bytes: Buffer): NpyArray {
  if (bytes.toString("latin1", 0, magic.length) !== magic) throw new Error("no .npy file");
  const start = magic.length + 4 + bytes.readUInt16LE(magic.length + 2);
  const head = bytes.toString("latin1", magic.length + 4, start);
  const shape = /'shape': \(([\d, ]*)\)/.exec(head)?.[1]?.match(/\d+/g)?.map(Number);
  if (bytes[magic.length] !== 1 || !head.includes("'<f4'") || !head.includes("'fortran_order': False") || !shape) {
    throw new Error(`a .npy file of ${head.trim()}, want float32 row by row`);
  }
  const count = shape.reduce((product, side) => product * side, 1);
  if (bytes.length - start !== 4 * count) {
    throw new Error(`a .npy file of ${bytes.length - start} bytes for [${shape}], want ${4 * count}`);
  }
  // A copy begins at a place that numbers may begin at.
  return { shape, values: new Float32Array(new Uint8Array(bytes.subarray(start)).buffer) };
}
