import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { sha256 } from "../runtime/digest";
import { whyOf } from "../runtime/whyOf";
import { previewsSchema } from "./previews";
import { replaceOwn } from "./replaceOwn";
import { seal, unseal } from "./sealed";
import { costsSchema } from "./tileStore";

/** A finished photo, as it is stored beside its picture. */
export const resultSchema = costsSchema.extend({
  /** Hash of all that the result depends on and of its name, so that equal photos share neither tiles nor previews. */
  key: z.string(),
  /** Of the folder of the results and the name: a record that lies elsewhere than it was written is someone else's. */
  owner: z.string(),
  /** The last run with --fresh when it was written. */
  round: z.string(),
  /** SHA-256 of the photo's file. */
  photo: z.string(),
  finishedAt: z.iso.datetime(),
  /** SHA-256 of the picture that was written. */
  picture: z.string(),
  width: z.number(),
  height: z.number(),
  /** Image units. */
  sigma: z.number(),
  sigmaEstimated: z.boolean(),
  /** Of denoising, `neighbourCorrelation` of what was taken off. */
  noiseCorrelation: z.number().optional(),
  tiles: z.number(),
  previews: previewsSchema,
});

export type PhotoResult = z.infer<typeof resultSchema>;

export interface StoredRecord {
  /** Where it is what was written. */
  result?: PhotoResult;
  /** In words, where it is not. */
  damage?: string;
}

/** Reads a record; nothing where there is none. @param owner what it carries where it was written under this name here. */
export function readRecord(file: string, owner: string): StoredRecord {
  if (!existsSync(file)) return {};
  try {
    const result = unseal(readFileSync(file, "utf8"), resultSchema);
    return result.owner === owner ? { result } : { damage: `${file} is of another photo or another folder of results` };
  } catch (error) {
    return { damage: `${file} is damaged: ${whyOf(error)}` };
  }
}

/** Reads the record of a restored photo; it is damaged as well where the picture is not the one that was written. */
export function readResult(files: { picture: string; record: string }, owner: string): StoredRecord {
  const stored = readRecord(files.record, owner);
  if (!stored.result || !existsSync(files.picture)) return stored.damage ? stored : {};
  try {
    if (sha256(readFileSync(files.picture)) === stored.result.picture) return stored;
  } catch (error) {
    return { damage: `${files.picture} cannot be read: ${whyOf(error)}` };
  }
  return { damage: `${files.picture} is not the picture that was written` };
}

/**
 * Writes the picture, then its record: a record vouches for its picture. Both are written whole.
 * @returns the record as stored, and in words what of strangers was kept under another name.
 */
export async function writeResult(
  files: { picture: string; record: string },
  bytes: Uint8Array,
  result: Omit<PhotoResult, "picture" | "finishedAt">,
): Promise<{ result: PhotoResult; kept: string[] }> {
  const before = readRecord(files.record, result.owner).result;
  mkdirSync(dirname(files.picture), { recursive: true });
  const picture = await replaceOwn(files.picture, bytes, (digest) => digest === before?.picture);
  const complete = { ...result, picture: sha256(bytes), finishedAt: new Date().toISOString() };
  const record = await replaceOwn(files.record, seal(complete), () => before !== undefined);
  return { result: complete, kept: [picture, record].filter((notice) => notice !== undefined) };
}
