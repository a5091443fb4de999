import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import canonicalize from "canonicalize";
import { z } from "zod";
import { writeWhole } from "../runtime/writeWhole";

/** SHA-256 in hexadecimal. */
export function digestOf(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/** The hash of all that a result depends on. @param parts plain data. */
export function keyOf(parts: unknown): string {
  return digestOf(canonicalize(parts) as string).slice(0, 32);
}

/** A finished photo, as it is stored beside its picture. */
export const resultSchema = z.object({
  key: z.string(),
  /** SHA-256 of the picture that was written. */
  picture: z.string(),
  width: z.number(),
  height: z.number(),
  /** Image units. */
  sigma: z.number(),
  sigmaEstimated: z.boolean(),
  /** Estimated mean squared error, squared image units. */
  risk: z.number(),
  tiles: z.number(),
  iterations: z.number(),
  evaluations: z.number(),
  seconds: z.number(),
  reasons: z.array(z.string()),
  finishedAt: z.iso.datetime(),
});

export type PhotoResult = z.infer<typeof resultSchema>;

/** The stored result, where it is that of the key and the picture is still the one that was written. */
export function readResult(file: string, picture: string, key: string): PhotoResult | undefined {
  if (!existsSync(file) || !existsSync(picture)) return undefined;
  try {
    const result = resultSchema.parse(JSON.parse(readFileSync(file, "utf8")));
    return result.key === key && result.picture === digestOf(readFileSync(picture)) ? result : undefined;
  } catch {
    return undefined;
  }
}

/** Writes the picture, then its record, each whole or not at all: a record vouches for its picture. */
export async function writeResult(
  file: string,
  picture: string,
  bytes: Uint8Array,
  result: Omit<PhotoResult, "picture" | "finishedAt">,
): Promise<PhotoResult> {
  const complete = { ...result, picture: digestOf(bytes), finishedAt: new Date().toISOString() };
  mkdirSync(dirname(picture), { recursive: true });
  await writeWhole(picture, bytes);
  await writeWhole(file, `${JSON.stringify(complete, null, 1)}\n`);
  return complete;
}
