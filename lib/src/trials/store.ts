import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";
import { isAbsent, namesIn } from "./namesIn";
import { type PackedLine, readPacked } from "./packedFiles";
import type { AnySpec, TrialRecord } from "./record";
import { isKey, trialKey } from "./spec";
import { formatStored, parseLine, parseStored, placeOf, type StoredTrial } from "./storedTrial";

/**
 * A folder of finished trials, named by the hash of their specs: `loose/KEY.json` has one, as it was computed, and
 * `PLAN.jsonl` those of a plan, a line each, as `packTrials` puts them together. Where both have a trial the loose one counts.
 */
export interface TrialStore {
  readonly folder: string;
  /** The stored record, or undefined when there is none. A damaged one is named through `onDamage` and counts as none. */
  read<Spec extends AnySpec>(spec: Spec): TrialRecord<Spec> | undefined;
  /** Stores a record in a file of its own: it is there whole or not at all. @throws Error naming the file when it cannot be written. */
  write(record: TrialRecord): Promise<void>;
}

export const looseFolder = (folder: string): string => join(folder, "loose");

export const looseFile = (folder: string, key: string): string => join(looseFolder(folder), `${key}.json`);

/** The files of trials that are not packed, after their keys; one that is not named by a key is someone else's. */
export function listLoose(folder: string): [key: string, file: string][] {
  const keys = namesIn(looseFolder(folder), ".json").map((name) => basename(name, ".json"));
  return keys.filter(isKey).map((key) => [key, looseFile(folder, key)]);
}

function check<Spec extends AnySpec>(
  place: Pick<StoredTrial, "key" | "file" | "line">,
  read: () => TrialRecord<Spec>,
): StoredTrial<Spec> {
  try {
    return { ...place, record: read() };
  } catch (error) {
    return { ...place, damage: whyOf(error) };
  }
}

/** Reads a file of one trial; nothing when it is not there. @throws Error naming the file when it cannot be read. */
export function readLoose<Spec extends AnySpec>(file: string): StoredTrial<Spec> | undefined {
  // An error costs more than a look, and most trials are packed.
  if (!existsSync(file)) return undefined;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw new Error(`cannot read the stored trial ${file}: ${whyOf(error)}`);
  }
  const key = basename(file, ".json");
  return check({ key, file }, () => parseStored<Spec>(text, key));
}

export function readLine<Spec extends AnySpec>(
  folder: string,
  { key, file, line, text }: PackedLine,
): StoredTrial<Spec> {
  return check({ key, file, line }, () => parseLine<Spec>(text, key, folder));
}

function openFinder(folder: string) {
  let packed: Map<string, PackedLine> | undefined;
  const lookUp = () => {
    try {
      packed = new Map(readPacked(folder).map((line) => [line.key, line]));
    } catch (error) {
      throw new Error(`cannot read the stored trials in ${folder}: ${whyOf(error)}`);
    }
    return packed;
  };
  return <Spec extends AnySpec>(key: string): StoredTrial<Spec> | undefined => {
    const loose = readLoose<Spec>(looseFile(folder, key));
    if (loose) return loose;
    // Another process may have packed it since the files were read.
    const line = packed?.get(key) ?? lookUp().get(key);
    return line && readLine(folder, line);
  };
}

/** Opens a folder of trials; nothing is created before the first write. @param onDamage told of each damaged trial. */
export function openStore(
  folder: string,
  { onDamage = (message: string) => console.warn(message) }: { onDamage?: (message: string) => void } = {},
): TrialStore {
  const find = openFinder(folder);
  return {
    folder,
    read<Spec extends AnySpec>(spec: Spec) {
      const found = find<Spec>(trialKey(spec));
      if (found?.damage !== undefined) {
        onDamage(`the stored trial ${placeOf(found)} is damaged and will be computed anew: ${found.damage}`);
      }
      return found?.record;
    },
    async write(record) {
      const file = looseFile(folder, record.key);
      try {
        mkdirSync(looseFolder(folder), { recursive: true });
        await writeWhole(file, formatStored(record));
      } catch (error) {
        throw new Error(`cannot store the trial in ${file}: ${whyOf(error)}`);
      }
    },
  };
}

/**
 * Reads every trial of a folder, in the order of their keys, each checked against its digest; lines that do not say whose
 * they are come last. A folder that is not there has none. Its specs are taken to be of the caller's methods.
 * @throws the file system's error when the folder or a file cannot be read.
 */
export function* readAllStored<Spec extends AnySpec = AnySpec>(
  folder: string,
): Generator<StoredTrial<Spec>, void, void> {
  const find = openFinder(folder);
  // The loose ones first: what is packed meanwhile is in neither list otherwise.
  const loose = listLoose(folder).map(([key]) => key);
  const packed = readPacked(folder);
  for (const key of [...new Set([...loose, ...packed.map((line) => line.key)])].filter(Boolean).sort()) {
    const found = find<Spec>(key);
    if (found) yield found;
  }
  for (const line of packed) if (!line.key) yield readLine(folder, line);
}
