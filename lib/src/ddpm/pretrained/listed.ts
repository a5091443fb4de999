import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { writeWhole } from "../../runtime";

/** The list, as sha256sum writes and checks it, of the checkpoints that come with the project, in their folder. */
export const listName = "SHA256SUMS";

const listFor = (file: string): string => join(dirname(file), listName);

/** @throws Error naming the line that is none of sha256sum's. */
function readList(list: string): Map<string, string> {
  const lines = existsSync(list) ? readFileSync(list, "utf8").split("\n") : [];
  return new Map(
    lines.flatMap((line, place) => {
      if (line === "") return [];
      const [, digest, name] = /^([0-9a-f]{64}) [ *](.+)$/.exec(line) ?? [];
      if (digest && name) return [[name, digest]];
      throw new Error(
        `${list} is damaged: line ${place + 1} is "${line}", want a SHA-256, two spaces and a file's name`,
      );
    }),
  );
}

/** The SHA-256 that the list beside a checkpoint has for it; undefined for one that is not on it, which is the user's own. */
export function listedDigest(file: string): string | undefined {
  return readList(listFor(file)).get(basename(file));
}

/**
 * Takes a checkpoint off the list beside it, before a new training is written in its place: that one carries a digest of its own.
 */
export async function unlistCheckpoint(file: string): Promise<void> {
  const listed = readList(listFor(file));
  if (!listed.delete(basename(file))) return;
  await writeWhole(listFor(file), [...listed].map(([name, digest]) => `${digest}  ${name}\n`).join(""));
}
