import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { whyOf } from "./exit";
import { replaceOwn } from "./replaceOwn";
import { digestOf, seal, unseal } from "./sealed";

/** What every record of a finished photo says. */
const recordFields = {
  /** Hash of all that the result depends on. */
  key: z.string(),
  /** SHA-256 of the photo's file. */
  photo: z.string(),
  finishedAt: z.iso.datetime(),
};

/** A finished photo, as it is stored beside its picture. */
export const resultSchema = z.object({
  ...recordFields,
  /** SHA-256 of the picture that was written. */
  picture: z.string(),
  width: z.number(),
  height: z.number(),
  /** Image units. */
  sigma: z.number(),
  sigmaEstimated: z.boolean(),
  /** Of denoising, `neighbourCorrelation` of what was taken off. */
  noiseCorrelation: z.number().optional(),
  /** Estimated mean squared error, squared image units. */
  risk: z.number(),
  tiles: z.number(),
  iterations: z.number(),
  evaluations: z.number(),
  seconds: z.number(),
  reasons: z.array(z.string()),
  /** Pictures for the page, below the folder of the results; how often the difference is amplified. */
  previews: z.object({ before: z.string(), after: z.string(), difference: z.string(), gain: z.number() }),
});

export type PhotoResult = z.infer<typeof resultSchema>;

const scoreSchema = z.object({ psnr: z.number(), ssim: z.number(), seconds: z.number() });

/** A photo's scores as they are stored. */
export const scoresSchema = z.object({
  ...recordFields,
  /** By way: what was given, the combination, DIP alone, the DDPM alone. */
  scores: z.object({ given: scoreSchema, restored: scoreSchema, dip: scoreSchema, ddpm: scoreSchema }),
});

/** PSNR in dB, SSIM and seconds of each way on a photo. */
export type PhotoScores = z.infer<typeof scoresSchema>;

/** What is stored under a record's name. */
export interface StoredRecord<Result> {
  /** Where it is what was written. */
  result?: Result;
  /** In words, where it is not. */
  damage?: string;
}

/** Reads a record; nothing where there is none. */
export function readRecord<Schema extends z.ZodType>(file: string, schema: Schema): StoredRecord<z.infer<Schema>> {
  if (!existsSync(file)) return {};
  try {
    return { result: unseal(readFileSync(file, "utf8"), schema) };
  } catch (error) {
    return { damage: `${file} is damaged: ${whyOf(error)}` };
  }
}

/** Reads the record of a restored photo; it is damaged as well where the picture is not the one that was written. */
export function readResult(files: { picture: string; record: string }): StoredRecord<PhotoResult> {
  const stored = readRecord(files.record, resultSchema);
  if (!stored.result || !existsSync(files.picture)) return stored.damage ? stored : {};
  try {
    if (digestOf(readFileSync(files.picture)) === stored.result.picture) return stored;
  } catch (error) {
    return { damage: `${files.picture} cannot be read: ${whyOf(error)}` };
  }
  return { damage: `${files.picture} is not the picture that was written` };
}

/**
 * Writes a record whole. @returns the record as stored, and in words what of strangers was kept under another name.
 */
export async function writeRecord<Result extends { key: string; photo: string }>(
  file: string,
  result: Result,
): Promise<{ result: Result & { finishedAt: string }; kept: string[] }> {
  const complete = { ...result, finishedAt: new Date().toISOString() };
  mkdirSync(dirname(file), { recursive: true });
  const kept = await replaceOwn(file, seal(complete), () => isSealed(file));
  return { result: complete, kept: kept === undefined ? [] : [kept] };
}

function isSealed(file: string): boolean {
  try {
    unseal(readFileSync(file, "utf8"), z.object(recordFields).loose());
    return true;
  } catch {
    return false;
  }
}

/** Writes the picture, then its record: a record vouches for its picture. @returns as `writeRecord` does. */
export async function writeResult(
  files: { picture: string; record: string },
  bytes: Uint8Array,
  result: Omit<PhotoResult, "picture" | "finishedAt">,
): Promise<{ result: PhotoResult; kept: string[] }> {
  const before = readRecord(files.record, resultSchema).result?.picture;
  mkdirSync(dirname(files.picture), { recursive: true });
  const kept = await replaceOwn(files.picture, bytes, (digest) => digest === before);
  const written = await writeRecord(files.record, { ...result, picture: digestOf(bytes) });
  return { result: written.result, kept: kept === undefined ? written.kept : [kept, ...written.kept] };
}
