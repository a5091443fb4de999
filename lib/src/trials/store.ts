import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeWhole } from "../runtime/writeWhole";
import type { AnySpec, TrialRecord } from "./record";
import { trialKey } from "./spec";
import { formatStored, parseStored } from "./storedTrial";

/** A folder of finished trials, one file each, named by the hash of the spec. */
export interface TrialStore {
  readonly folder: string;
  /** The stored record, or undefined when there is none. A damaged file is named through `onDamage` and counts as none. */
  read<Spec extends AnySpec>(spec: Spec): TrialRecord<Spec> | undefined;
  /** Stores a record: the file is there whole or not at all. @throws Error naming the file when it cannot be written. */
  write(record: TrialRecord): Promise<void>;
}

function why(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Opens a folder of trials. Nothing is created before the first write.
 * @param onDamage told of each damaged file, which will be computed anew; a warning on stderr by default.
 */
export function openStore(
  folder: string,
  { onDamage = (message: string) => console.warn(message) }: { onDamage?: (message: string) => void } = {},
): TrialStore {
  const fileOf = (key: string) => join(folder, `${key}.json`);
  return {
    folder,
    read<Spec extends AnySpec>(spec: Spec) {
      const key = trialKey(spec);
      const file = fileOf(key);
      let text: string;
      try {
        text = readFileSync(file, "utf8");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
        throw new Error(`cannot read the stored trial ${file}: ${why(error)}`);
      }
      try {
        return parseStored<Spec>(text, key);
      } catch (error) {
        onDamage(`the stored trial ${file} is damaged and will be computed anew: ${why(error)}`);
        return undefined;
      }
    },
    async write(record) {
      const file = fileOf(record.key);
      try {
        mkdirSync(folder, { recursive: true });
        await writeWhole(file, formatStored(record));
      } catch (error) {
        throw new Error(`cannot store the trial in ${file}: ${why(error)}`);
      }
    },
  };
}
