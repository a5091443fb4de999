import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { lockFolder } from "../runtime/lockFolder";
import { writeWhole } from "../runtime/writeWhole";
import { namesIn } from "./namesIn";
import { planFile, planOf, readPacked, versionOf } from "./packedFiles";
import { removePictures } from "./pictures";
import type { AnySpec } from "./record";
import { listLoose, looseFile, looseFolder, readLine, readLoose } from "./store";
import { formatLine, formatStored, openLine, placeOf } from "./storedTrial";

/** Where trials belong. */
export interface PackOptions {
  /** The plan that a trial is stored with, or undefined where none lists it: then it stays as it is. */
  planOf(key: string): string | undefined;
  /** Whether a picture of a trial is kept. */
  isShown(key: string, name: string): boolean;
  /** Remove trials of no plan. */
  prune?: boolean;
}

/** What packing came to. */
export interface PackSummary {
  /** Trials that were put into the files of plans. */
  packed: number;
  /** Trials of no plan: left as they were, or removed. */
  orphans: number;
  /** Names of damaged trials: of files, which are left, and of lines, which are dropped. */
  damaged: string[];
}

/** @returns what gives a store back to others. @throws Error when another process packs it. */
function lock(folder: string): () => void {
  // Nothing is there to guard, and nothing is to be made.
  return existsSync(folder) ? lockFolder(looseFolder(folder), `${folder} is being packed`) : () => {};
}

/** Removes what stopped writes have left, and the pictures that no line names. */
function tidy(folder: string): void {
  for (const name of namesIn(folder, ".part").filter((one) => one.includes(".jsonl."))) rmSync(join(folder, name));
  // Of damaged lines too: a picture of one may be wanted when it is mended.
  const named = new Set(readPacked(folder).flatMap(({ text }) => text.match(/"[0-9a-f]{16}"/g) ?? []));
  removePictures(folder, (digest) => named.has(`"${digest}"`));
}

/** Lines by plan and key. */
type Lines = Map<string, Map<string, string>>;

function linesOf(lines: Lines, plan: string): Map<string, string> {
  const own = lines.get(plan) ?? new Map<string, string>();
  lines.set(plan, own);
  return own;
}

/** Writes a plan's file where it is to change, and removes it where it is to have no line. @returns whether it did. */
async function writePlan(file: string, lines: ReadonlyMap<string, string>): Promise<boolean> {
  const text = [...lines].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => `${line}\n`);
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (text.join("") === before) return false;
  if (text.length === 0) rmSync(file);
  else await writeWhole(file, text.join(""));
  return true;
}

/** Removes files of trials but for those that another process has written since. */
function removeUnchanged(files: ReadonlyMap<string, string>): void {
  for (const [file, version] of files) if (existsSync(file) && versionOf(file) === version) rmSync(file);
}

/**
 * Puts the trials of a store into one file a plan: sorted, rounded (`roundResult`), with the pictures that are shown. Trials
 * that lie loose win over packed ones. It may be stopped after any step and killed at any time: a trial is removed from one
 * place only when it is in another.
 * @yields what is done.
 * @throws Error when another process packs the same store.
 */
export async function* packTrials(
  folder: string,
  { planOf: homeOf, isShown, prune = false }: PackOptions,
): AsyncGenerator<string, PackSummary, void> {
  const unlock = lock(folder);
  try {
    const [lines, leaving]: [Lines, Lines] = [new Map(), new Map()];
    const [packed, orphans, damaged] = [new Set<string>(), new Set<string>(), [] as string[]];
    const used = new Map<string, string>();
    for (const [key, file] of listLoose(folder)) {
      const [plan, version] = [homeOf(key), versionOf(file)];
      if (plan === undefined) orphans.add(key);
      const found = plan === undefined ? undefined : readLoose<AnySpec>(file);
      if (found?.damage !== undefined) damaged.push(`${file}: ${found.damage}`);
      if (found?.record) {
        const options = { folder, isShown: (name: string) => isShown(key, name) };
        linesOf(lines, plan as string).set(key, await formatLine(found.record, options));
        packed.add(key);
      }
      if (found?.record || (plan === undefined && prune)) used.set(file, version);
    }
    yield "the pictures are there";

    for (const line of readPacked(folder)) {
      const own = planOf(line.file);
      const plan = homeOf(line.key) ?? own;
      // A file that all lines leave is looked at as well.
      linesOf(lines, own);
      try {
        openLine(line.text);
      } catch (error) {
        damaged.push(`${placeOf(line)}: ${(error as Error).message}`);
        continue;
      }
      if (homeOf(line.key) === undefined) orphans.add(line.key);
      if ((homeOf(line.key) === undefined && prune) || linesOf(lines, plan).has(line.key)) continue;
      linesOf(lines, plan).set(line.key, line.text);
      if (plan !== own) linesOf(leaving, own).set(line.key, line.text);
    }
    // Lines that move to another file stay in their own until all are written.
    for (const rest of [leaving, new Map() as Lines]) {
      for (const [plan, own] of lines) {
        const all = new Map([...linesOf(rest, plan), ...own]);
        if (await writePlan(planFile(folder, plan), all)) yield `${plan} is written`;
      }
    }
    removeUnchanged(used);
    yield "the trials' own files are removed";
    tidy(folder);
    return { packed: packed.size, orphans: orphans.size, damaged };
  } finally {
    unlock();
  }
}

/** @throws RangeError when there is no file of that plan. */
function requirePacked(folder: string, plan: string | undefined): void {
  const plans = [...new Set(readPacked(folder).map(({ file }) => planOf(file)))];
  if (plan === undefined || plans.includes(plan)) return;
  throw new RangeError(`PLAN: got "${plan}", packed are ${plans.join(", ") || "none"}`);
}

/**
 * Writes packed trials back to files of their own and removes the plans' files, but for those with a damaged line.
 * @param plan all plans where left out.
 * @returns how many trials were written, and names of the damaged ones.
 * @throws RangeError when there is no file of that plan; Error when another process packs the same store.
 */
export async function unpackTrials(folder: string, plan?: string): Promise<{ unpacked: number; damaged: string[] }> {
  requirePacked(folder, plan);
  const unlock = lock(folder);
  try {
    const all = readPacked(folder);
    const lines = all.filter(({ file }) => plan === undefined || planOf(file) === plan);
    const loose = new Set(listLoose(folder).map(([key]) => key));
    const damaged = new Map<string, string>();
    let unpacked = 0;
    for (const line of lines) {
      if (loose.has(line.key)) continue;
      const { record, damage } = readLine<AnySpec>(folder, line);
      if (damage !== undefined) damaged.set(`${placeOf(line)}: ${damage}`, line.file);
      if (!record) continue;
      await writeWhole(looseFile(folder, line.key), formatStored(record));
      unpacked++;
    }
    const kept = new Set(damaged.values());
    for (const file of new Set(lines.map((line) => line.file))) if (!kept.has(file)) rmSync(file);
    tidy(folder);
    return { unpacked, damaged: [...damaged.keys()] };
  } finally {
    unlock();
  }
}
