import { readFileSync } from "node:fs";
import { z } from "zod";
import { tf } from "./backend";
import { sha256 } from "./digest";
import { decodeHalves, encodeHalves } from "./halfPrecision";
import { writeWhole } from "./writeWhole";

/** Tensors by name and the free text stored beside them. */
export interface Checkpoint {
  tensors: Record<string, tf.Tensor>;
  metadata: Record<string, string>;
}

const entrySchema = z.strictObject({
  dtype: z.enum(["F32", "F16"], { error: "only F32 and F16 tensors are read" }),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

/** The format's own limit on its header, bytes. */
const largestHeader = 100e6;

/** In the metadata, the SHA-256 of the data. */
const digestName = "sha256";

/** From here on a number is infinite in half precision. */
const firstBeyondHalf = 65520;

/** How the numbers of a file are kept: as they are, or rounded to half precision (11 significant bits) in half the bytes. */
export type StoredPrecision = "float32" | "float16";

/**
 * Lays out float32 tensors in the safetensors format: 8 bytes of header length, JSON header, raw little-endian data.
 * @param options.digest whether the metadata get the digest of the data.
 * @throws TypeError for tensors of another type; RangeError for a number that half precision cannot hold.
 */
export function encodeSafetensors(
  { tensors, metadata }: Checkpoint,
  { precision = "float32", digest = false }: { precision?: StoredPrecision; digest?: boolean } = {},
): Buffer {
  const entries: Record<string, unknown> = {};
  const chunks: Buffer[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const tensor = tensors[name] as tf.Tensor;
    if (tensor.dtype !== "float32") throw new TypeError(`tensor "${name}": got ${tensor.dtype}, want float32`);
    const values = tensor.dataSync() as Float32Array;
    const large = precision === "float16" ? values.find((value) => Math.abs(value) >= firstBeyondHalf) : undefined;
    if (large !== undefined) throw new RangeError(`tensor "${name}": ${large} is beyond half precision`);
    const kept = precision === "float16" ? encodeHalves(values) : values;
    const bytes = Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength);
    entries[name] = {
      dtype: precision === "float16" ? "F16" : "F32",
      shape: tensor.shape,
      data_offsets: [offset, offset + bytes.length],
    };
    offset += bytes.length;
    chunks.push(bytes);
  }
  const body = Buffer.concat(chunks);
  const told = { ...metadata, ...(digest && { [digestName]: sha256(body) }) };
  const text = JSON.stringify({ ...(Object.keys(told).length > 0 && { __metadata__: told }), ...entries });
  const padded = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, body]);
}

/**
 * Reads tensors, the caller's, from safetensors bytes, those in half precision as the float32 that they stand for.
 * @param source what the bytes are called in an error, usually the file's name.
 * @throws Error naming the source, and the tensor, for what the format forbids: bytes cut short, a header that is not
 *   valid, a tensor that does not fit its shape, gaps, overlaps; for a digest that does not match, and for numbers that
 *   are not finite.
 */
export function decodeSafetensors(bytes: Buffer, source = "safetensors"): Checkpoint {
  const fail = (why: string): never => {
    throw new Error(`${source} is damaged: ${why}`);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes, a header needs at least 8`);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  if (headerLength > bytes.length - 8)
    return fail(`the header claims ${headerLength} bytes, ${bytes.length - 8} are there`);
  if (headerLength > largestHeader) return fail(`its header has ${headerLength} bytes, the format allows 100 million`);
  let header: Record<string, unknown>;
  try {
    header = z.record(z.string(), z.unknown()).parse(JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)));
  } catch {
    return fail("the header is not a JSON object");
  }
  const body = bytes.subarray(8 + headerLength);
  const parsedMetadata = metadataSchema.safeParse(header.__metadata__ ?? {});
  if (!parsedMetadata.success) return fail("its metadata is not text by name");
  const { [digestName]: digest, ...metadata } = parsedMetadata.data;
  const entries = Object.entries(header)
    .filter(([name]) => name !== "__metadata__")
    .map(([name, raw]) => ({ name, ...parseEntry(name, raw, body.length, fail) }));
  requireCover(entries, body.length, fail);
  if (digest !== undefined && digest !== sha256(body)) return fail("its data do not match their digest");
  // Everything is checked before a tensor is made.
  const read = entries.map(({ name, dtype, shape, data_offsets: offsets }) => {
    const { buffer } = new Uint8Array(body.subarray(...offsets));
    const values = dtype === "F16" ? decodeHalves(new Uint16Array(buffer)) : new Float32Array(buffer);
    const strange = values.findIndex((value) => !Number.isFinite(value));
    if (strange >= 0) return fail(`tensor "${name}" holds ${values[strange]} at ${strange}, want finite numbers`);
    return { name, shape, values };
  });
  return {
    metadata,
    tensors: Object.fromEntries(read.map(({ name, shape, values }) => [name, tf.tensor(values, shape)])),
  };
}

type Fail = (why: string) => never;

function parseEntry(name: string, raw: unknown, length: number, fail: Fail): z.infer<typeof entrySchema> {
  const parsed = entrySchema.safeParse(raw);
  if (!parsed.success) return fail(`tensor "${name}": ${parsed.error.issues[0]?.message}`);
  const { dtype, shape, data_offsets: offsets } = parsed.data;
  const size = shape.reduce((product, extent) => product * extent, 1) * (dtype === "F16" ? 2 : 4);
  if (offsets[1] - offsets[0] !== size || offsets[1] > length) {
    return fail(`tensor "${name}" of shape [${shape}] needs ${size} bytes at ${offsets[0]}, the file has ${length}`);
  }
  return parsed.data;
}

/** The format wants the tensors one after the other, without a gap, to the end of the file. */
function requireCover(entries: { name: string; data_offsets: [number, number] }[], length: number, fail: Fail): void {
  let end = 0;
  for (const { name, data_offsets: offsets } of [...entries].sort((a, b) => a.data_offsets[0] - b.data_offsets[0])) {
    if (offsets[0] !== end) fail(`tensor "${name}" begins at ${offsets[0]}, the one before it ends at ${end}`);
    end = offsets[1];
  }
  if (end !== length) fail(`its tensors end at ${end} of ${length} bytes`);
}

/** Writes a checkpoint with the digest of its data, so that the file is either the old one or the whole new one, never half of it. @throws as `encodeSafetensors`. */
export async function writeCheckpoint(
  file: string,
  checkpoint: Checkpoint,
  options: { precision?: StoredPrecision } = {},
): Promise<void> {
  await writeWhole(file, encodeSafetensors(checkpoint, { ...options, digest: true }));
}

/** Reads a checkpoint from a file. @throws Error naming the file when it is missing, damaged or does not match its digest. */
export function readCheckpoint(file: string): Checkpoint {
  return decodeSafetensors(readFileSync(file), file);
}

/** The tensor of a name in a checkpoint. @throws Error naming both where it is missing or of another shape. */
export function namedTensor(
  tensors: Checkpoint["tensors"],
  name: string,
  shape: readonly number[],
  file: string,
): tf.Tensor {
  const saved = tensors[name];
  if (saved?.shape.join() === shape.join()) return saved;
  throw new Error(`${file} is damaged: "${name}" is ${saved ? `[${saved.shape}]` : "missing"}, want [${shape}]`);
}
