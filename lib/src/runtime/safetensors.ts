import { readFileSync } from "node:fs";
import { z } from "zod";
import { tf } from "./backend";
import { decodeHalves, encodeHalves } from "./halfPrecision";
import { writeWhole } from "./writeWhole";

/** Tensors by name and the free text stored beside them. */
export interface Checkpoint {
  tensors: Record<string, tf.Tensor>;
  metadata: Record<string, string>;
}

const entrySchema = z.object({
  dtype: z.enum(["F32", "F16"], { error: "only F32 and F16 tensors are read" }),
  shape: z.array(z.int().nonnegative()),
  data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
});
const metadataSchema = z.record(z.string(), z.string());

/** How the numbers of a file are kept: as they are, or rounded to half precision (11 significant bits) in half the bytes. */
export type StoredPrecision = "float32" | "float16";

/** Lays out float32 tensors in the safetensors format: 8 bytes of header length, JSON header, raw little-endian data. */
export function encodeSafetensors(
  { tensors, metadata }: Checkpoint,
  { precision = "float32" }: { precision?: StoredPrecision } = {},
): Buffer {
  const header: Record<string, unknown> = {};
  if (Object.keys(metadata).length > 0) header.__metadata__ = metadata;
  const chunks: Buffer[] = [];
  let offset = 0;
  for (const name of Object.keys(tensors).sort()) {
    const tensor = tensors[name] as tf.Tensor;
    if (tensor.dtype !== "float32") throw new TypeError(`tensor "${name}": got ${tensor.dtype}, want float32`);
    const values = tensor.dataSync() as Float32Array;
    const kept = precision === "float16" ? encodeHalves(values) : values;
    const bytes = Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength);
    header[name] = {
      dtype: precision === "float16" ? "F16" : "F32",
      shape: tensor.shape,
      data_offsets: [offset, offset + bytes.length],
    };
    offset += bytes.length;
    chunks.push(bytes);
  }
  const text = JSON.stringify(header);
  const padded = Buffer.from(text.padEnd(Math.ceil(Buffer.byteLength(text) / 8) * 8));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([length, padded, ...chunks]);
}

/**
 * Reads tensors from safetensors bytes, those in half precision as the float32 numbers that they stand for.
 * @param source what the bytes are called in an error, usually the file's name.
 * @returns tensors that the caller disposes.
 * @throws Error when the bytes are cut short, the header is not valid or a tensor does not fit its shape.
 */
export function decodeSafetensors(bytes: Buffer, source = "safetensors"): Checkpoint {
  const fail = (why: string): never => {
    throw new Error(`${source} is damaged: ${why}`);
  };
  if (bytes.length < 8) return fail(`${bytes.length} bytes, a header needs at least 8`);
  const headerLength = Number(bytes.readBigUInt64LE(0));
  if (headerLength > bytes.length - 8)
    return fail(`the header claims ${headerLength} bytes, ${bytes.length - 8} are there`);
  let header: Record<string, unknown>;
  try {
    header = z.record(z.string(), z.unknown()).parse(JSON.parse(bytes.toString("utf8", 8, 8 + headerLength)));
  } catch {
    return fail("the header is not a JSON object");
  }
  const body = bytes.subarray(8 + headerLength);
  const entries = Object.entries(header).filter(([name]) => name !== "__metadata__");
  const metadata = header.__metadata__ === undefined ? {} : metadataSchema.parse(header.__metadata__);
  const checked = entries.map(([name, raw]) => {
    const parsed = entrySchema.safeParse(raw);
    if (!parsed.success) return fail(`tensor "${name}": ${parsed.error.issues[0]?.message}`);
    const { dtype, shape, data_offsets: offsets } = parsed.data;
    const size = shape.reduce((product, extent) => product * extent, 1) * (dtype === "F16" ? 2 : 4);
    if (offsets[1] - offsets[0] !== size || offsets[1] > body.length) {
      return fail(
        `tensor "${name}" of shape [${shape}] needs ${size} bytes at ${offsets[0]}, the file has ${body.length}`,
      );
    }
    const { buffer } = new Uint8Array(body.subarray(...offsets));
    return { name, shape, values: dtype === "F16" ? decodeHalves(new Uint16Array(buffer)) : new Float32Array(buffer) };
  });
  return {
    metadata,
    tensors: Object.fromEntries(checked.map(({ name, shape, values }) => [name, tf.tensor(values, shape)])),
  };
}

/** Writes a checkpoint so that the file is either the old one or the whole new one, never half of it. */
export async function writeCheckpoint(
  file: string,
  checkpoint: Checkpoint,
  options: { precision?: StoredPrecision } = {},
): Promise<void> {
  await writeWhole(file, encodeSafetensors(checkpoint, options));
}

/** Reads a checkpoint from a file. @throws Error naming the file when it is missing or damaged. */
export function readCheckpoint(file: string): Checkpoint {
  return decodeSafetensors(readFileSync(file), file);
}
