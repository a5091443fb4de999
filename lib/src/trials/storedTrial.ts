import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { type AnySpec, recordSchema, type TrialRecord } from "./record";

/** What a file of the store holds: a trial, or the reason why it is none. */
export type StoredTrial<Spec extends AnySpec = AnySpec> =
  | { key: string; file: string; record: TrialRecord<Spec>; damage?: undefined }
  | { key: string; file: string; record?: undefined; damage: string };

function digestOf(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

/** The text of a record's file: the record and the SHA-256 of its own JSON. */
export function formatStored(record: TrialRecord): string {
  const body = JSON.stringify(record);
  return `{"digest":"${digestOf(body)}",\n"record":${body}}\n`;
}

/** Reads the text of a record's file, whose spec the key vouches for. @throws Error saying what is wrong with it: cut, altered, or another trial's. */
export function parseStored<Spec extends AnySpec>(text: string, key: string): TrialRecord<Spec> {
  const { digest, record } = JSON.parse(text) as { digest?: string; record?: unknown };
  if (digest !== digestOf(JSON.stringify(record))) throw new Error("its content does not match its digest");
  const parsed = recordSchema.parse(record);
  if (parsed.key !== key) throw new Error(`it holds the trial ${parsed.key}`);
  return parsed as unknown as TrialRecord<Spec>;
}

/**
 * Reads every trial of a folder, in the order of their keys, each checked against its digest. A folder that is not there
 * has none. Its specs are taken to be of the caller's methods.
 * @throws the file system's error when the folder or a file cannot be read.
 */
export function* readAllStored<Spec extends AnySpec = AnySpec>(
  folder: string,
): Generator<StoredTrial<Spec>, void, void> {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  for (const name of names.filter((one) => one.endsWith(".json")).sort()) {
    const [key, file] = [basename(name, ".json"), join(folder, name)];
    const text = readFileSync(file, "utf8");
    try {
      yield { key, file, record: parseStored(text, key) };
    } catch (error) {
      yield { key, file, damage: error instanceof Error ? error.message : String(error) };
    }
  }
}
