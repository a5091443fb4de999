import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { sha256 } from "../runtime/digest";
import { writeWhole } from "../runtime/writeWhole";
import type { Previews } from "./previews";
import { stateFolder } from "./results";

/** Pictures for the page, below the folder of the results; how often the difference is amplified. */
export const previewsSchema = z.object({
  before: z.string(),
  after: z.string(),
  difference: z.string(),
  gain: z.number(),
});

export type StoredPreviews = z.infer<typeof previewsSchema>;

const parts = ["before", "after", "difference"] as const;

/** A file's name ends with the digest of what it holds. @param key of the photo's result. */
const placeOf = (key: string, part: string, digest: string, type: string) =>
  `${stateFolder}/previews/${key}-${part}-${digest}.${type}`;

const shortDigest = (bytes: Uint8Array) => sha256(bytes).slice(0, 32);

/** The part whose place is not one that `writePreviews` gives the pictures of that key, or undefined. */
export function strangePreview(key: string, previews: StoredPreviews): (typeof parts)[number] | undefined {
  return parts.find((part) => {
    const [, digest = "", type = ""] = /-([0-9a-f]{32})\.(png|webp)$/.exec(previews[part]) ?? [];
    return previews[part] !== placeOf(key, part, digest, type);
  });
}

/** Whether a picture is there and is what was written. */
export function isIntact(out: string, path: string): boolean {
  try {
    return basename(path).includes(`-${shortDigest(readFileSync(join(out, path)))}.`);
  } catch {
    return false;
  }
}

/** Whether all are. */
export function areIntact(out: string, previews: StoredPreviews): boolean {
  return parts.every((part) => isIntact(out, previews[part]));
}

/** Writes the pictures for the page. @returns their places. */
export async function writePreviews(
  out: string,
  key: string,
  { gain, ...pictures }: Previews,
): Promise<StoredPreviews> {
  const place = async (part: keyof typeof pictures): Promise<string> => {
    const { bytes, type } = pictures[part];
    const path = placeOf(key, part, shortDigest(bytes), type);
    mkdirSync(dirname(join(out, path)), { recursive: true });
    await writeWhole(join(out, path), bytes);
    return path;
  };
  return { before: await place("before"), after: await place("after"), difference: await place("difference"), gain };
}

/** Removes the pictures of a result that was replaced. */
export function dropPreviews(out: string, former: StoredPreviews, now: StoredPreviews): void {
  const used = new Set(parts.map((part) => now[part]));
  for (const part of parts) if (!used.has(former[part])) rmSync(join(out, former[part]), { force: true });
}
