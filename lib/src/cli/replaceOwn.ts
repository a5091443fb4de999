import { lstatSync, readFileSync, renameSync } from "node:fs";
import { basename, dirname, extname, join } from "node:path";
import { sha256 } from "../runtime/digest";
import { writeWhole } from "../runtime/writeWhole";

/**
 * Writes a file whole. What lies in its place is replaced where it is the program's own, else kept under another name.
 * @param isOwn whether content of this SHA-256 is the program's. @returns in words, what was kept.
 */
export async function replaceOwn(
  file: string,
  content: string | Uint8Array,
  isOwn: (digest: string) => boolean,
): Promise<string | undefined> {
  const there = digestThere(file);
  if (there === sha256(content)) return undefined;
  const kept = there === undefined || isOwn(there) ? undefined : keepAside(file);
  await writeWhole(file, content);
  return kept && `${file} was changed since it was written: kept as ${kept}`;
}

/** Of a file's content; "" for what is no file. */
function digestThere(file: string): string | undefined {
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return undefined;
  try {
    return sha256(readFileSync(file));
  } catch {
    return "";
  }
}

function keepAside(file: string): string {
  const ending = extname(file);
  const bare = basename(file, ending);
  for (let count = 1; ; count++) {
    const other = join(dirname(file), `${bare}.changed${count > 1 ? `-${count}` : ""}${ending}`);
    if (lstatSync(other, { throwIfNoEntry: false }) !== undefined) continue;
    renameSync(file, other);
    return other;
  }
}
