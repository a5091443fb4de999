import { readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { isAbsent, namesIn } from "./namesIn";
import { keyOfLine } from "./storedTrial";

/** A line of a file of trials, not yet parsed. */
export interface PackedLine {
  /** Empty where the line does not say. */
  key: string;
  text: string;
  file: string;
  /** From 1. */
  line: number;
}

/** The lines of each file that this process has read, as long as the file is the same. */
const known = new Map<string, { version: string; lines: PackedLine[] }>();

export function versionOf(file: string): string {
  const { ino, size, mtimeMs } = statSync(file);
  return [ino, size, mtimeMs].join(" ");
}

function readLines(file: string): PackedLine[] {
  const version = versionOf(file);
  const found = known.get(file);
  if (found?.version === version) return found.lines;
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .flatMap((text, i) => (text === "" ? [] : [{ key: keyOfLine(text), text, file, line: i + 1 }]));
  known.set(file, { version, lines });
  return lines;
}

export const planFile = (folder: string, plan: string): string => join(folder, `${plan}.jsonl`);

export const planOf = (file: string): string => basename(file, ".jsonl");

/** The lines of each file that may be of a store; read again only when it has changed. */
export function readFiles(folder: string): PackedLine[][] {
  return namesIn(folder, ".jsonl").map((name) => {
    try {
      return readLines(join(folder, name));
    } catch (error) {
      // Its trials have gone elsewhere since it was listed.
      if (isAbsent(error)) return [];
      throw error;
    }
  });
}

/** All packed lines of a store, by file and line. A file without a line that begins as a trial's is someone else's. */
export function readPacked(folder: string): PackedLine[] {
  return readFiles(folder)
    .filter((lines) => lines.some(({ key }) => key !== ""))
    .flat();
}
