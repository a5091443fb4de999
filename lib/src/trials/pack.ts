import { existsSync, readFileSync, rmSync } from "node:fs";
import { lockFolder } from "../runtime/lockFolder";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";
import { type PackedLine, planFile, planOf, readFiles, readPacked, versionOf } from "./packedFiles";
import { removeParts, removePictures } from "./pictures";
import type { AnySpec } from "./record";
import { listLoose, looseFile, looseFolder, readLine, readLoose } from "./store";
import { formatLine, formatStored, openLine, placeOf } from "./storedTrial";

export interface PackOptions {
  /** The plan that a trial is stored with, or undefined where none lists it: then it stays as it is. */
  planOf(key: string): string | undefined;
  isShown(key: string, name: string): boolean;
  prune?: boolean;
}

export interface PackSummary {
  /** Trials that were put into the files of plans. */
  packed: number;
  /** Trials of no plan: left as they were, or removed. */
  orphans: number;
  /** Names of damaged trials, which are left: a line until its trial is there again. And of files that are in the way. */
  damaged: string[];
}

/** @returns what gives a store back to others. @throws Error when another process packs it. */
function lock(folder: string): () => void {
  // Nothing is there to guard, and nothing is to be made.
  return existsSync(folder) ? lockFolder(looseFolder(folder), `${folder} is being packed`) : () => {};
}

function tidy(folder: string): void {
  removeParts(folder);
  // Of damaged lines too: a picture of one may be wanted when it is mended.
  const lines = readFiles(folder).flat();
  const named = new Set(lines.flatMap(({ text }) => text.match(/"[0-9a-f]{16}"/g) ?? []));
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

/** Plans whose file has a line that does not begin as a trial's: someone else may have written it, so it is left as it is. */
function listClosed(folder: string): Set<string> {
  const strange = readFiles(folder).flatMap((lines) => lines.find(({ key }) => key === "") ?? []);
  return new Set(strange.map(({ file }) => planOf(file)));
}

function damageOf(line: PackedLine): string | undefined {
  try {
    openLine(line.text);
  } catch (error) {
    return `${placeOf(line)}: ${whyOf(error)}`;
  }
  return undefined;
}

interface Gathered {
  lines: Lines;
  /** Lines that go to another file, by the one that they leave. */
  leaving: Lines;
  /** Files of trials that are in lines or to be removed, with their versions. */
  used: Map<string, string>;
  packed: Set<string>;
  orphans: Set<string>;
  damaged: string[];
}

async function gatherLoose(
  folder: string,
  { planOf: homeOf, isShown, prune }: PackOptions,
  { closed, to }: { closed: ReadonlySet<string>; to: Gathered },
): Promise<void> {
  const blocked = new Set<string>();
  for (const [key, file] of listLoose(folder)) {
    const [plan, version] = [homeOf(key), versionOf(file)];
    if (plan === undefined && !prune) to.orphans.add(key);
    else if (plan !== undefined && closed.has(plan)) blocked.add(planFile(folder, plan));
    else {
      const { record, damage } = readLoose<AnySpec>(file) ?? {};
      if (damage !== undefined) to.damaged.push(`${file}: ${damage}`);
      if (!record) continue;
      to.used.set(file, version);
      (plan === undefined ? to.orphans : to.packed).add(key);
      if (plan === undefined) continue;
      const options = { folder, isShown: (name: string) => isShown(key, name) };
      linesOf(to.lines, plan).set(key, await formatLine(record, options));
    }
  }
  const why = "has lines that are no trials, so it is left: trials of its plan stay in files of their own";
  for (const file of blocked) to.damaged.push(`${file}: ${why}`);
}

/** Gathers the lines of the files of plans, for which those of loose trials are there. */
function gatherPacked(
  folder: string,
  { planOf: homeOf, prune }: PackOptions,
  { closed, to }: { closed: ReadonlySet<string>; to: Gathered },
): void {
  const broken: PackedLine[] = [];
  for (const line of readPacked(folder)) {
    const [own, home, damage] = [planOf(line.file), homeOf(line.key), damageOf(line)];
    if (damage !== undefined) to.damaged.push(damage);
    if (closed.has(own)) continue;
    // A file that all lines leave is looked at as well.
    linesOf(to.lines, own);
    if (damage !== undefined) {
      broken.push(line);
      continue;
    }
    const plan = home === undefined || closed.has(home) ? own : home;
    if (home === undefined) to.orphans.add(line.key);
    if ((home === undefined && prune) || linesOf(to.lines, plan).has(line.key)) continue;
    linesOf(to.lines, plan).set(line.key, line.text);
    if (plan !== own) linesOf(to.leaving, own).set(line.key, line.text);
  }
  // Damaged lines stay in their files, but for those whose trial is there.
  const whole = new Set([...to.lines.values()].flatMap((own) => [...own.keys()]));
  for (const { key, file, line, text } of broken) {
    if (!whole.has(key)) linesOf(to.lines, planOf(file)).set(`${key} ${line}`, text);
  }
}

/**
 * Puts the trials of a store into one file a plan: sorted, rounded (`roundResult`), with the pictures that are shown. Trials
 * that lie loose win over packed ones. It may be stopped after any step and killed at any time: a trial is removed from one
 * place only when it is in another. What the store has not written is neither removed nor changed.
 * @yields what is done.
 * @throws Error when another process packs the same store.
 */
export async function* packTrials(folder: string, options: PackOptions): AsyncGenerator<string, PackSummary, void> {
  const unlock = lock(folder);
  try {
    const to: Gathered = {
      ...{ lines: new Map(), leaving: new Map(), used: new Map() },
      ...{ packed: new Set(), orphans: new Set(), damaged: [] },
    };
    const closed = listClosed(folder);
    await gatherLoose(folder, options, { closed, to });
    yield "the pictures are there";

    gatherPacked(folder, options, { closed, to });
    // Lines that move to another file stay in their own until all are written.
    for (const rest of [to.leaving, new Map() as Lines]) {
      for (const [plan, own] of to.lines) {
        const all = new Map([...linesOf(rest, plan), ...own]);
        if (await writePlan(planFile(folder, plan), all)) yield `${plan} is written`;
      }
    }
    // But for those that another process has written since.
    for (const [file, version] of to.used) if (existsSync(file) && versionOf(file) === version) rmSync(file);
    yield "the trials' own files are removed";
    tidy(folder);
    return { packed: to.packed.size, orphans: to.orphans.size, damaged: to.damaged };
  } finally {
    unlock();
  }
}

/**
 * Writes packed trials back to files of their own and removes the plans' files, but for those with a damaged line.
 * @returns how many trials were written, and names of the damaged ones.
 * @throws RangeError when there is no file of that plan; Error when another process packs the same store.
 */
export async function unpackTrials(folder: string, plan?: string): Promise<{ unpacked: number; damaged: string[] }> {
  const plans = [...new Set(readPacked(folder).map(({ file }) => planOf(file)))];
  if (plan !== undefined && !plans.includes(plan)) {
    throw new RangeError(`PLAN: got "${plan}", packed are ${plans.join(", ") || "none"}`);
  }
  const unlock = lock(folder);
  try {
    const all = readPacked(folder);
    const lines = all.filter(({ file }) => plan === undefined || planOf(file) === plan);
    const loose = new Map(listLoose(folder));
    const damaged = new Map<string, string>();
    let unpacked = 0;
    for (const line of lines) {
      const file = loose.get(line.key);
      if (file !== undefined) {
        // The line may be all that is left of the trial.
        const damage = readLoose<AnySpec>(file)?.damage;
        if (damage !== undefined) damaged.set(`${file}: ${damage}`, line.file);
        continue;
      }
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
