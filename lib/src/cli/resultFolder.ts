import { randomBytes } from "node:crypto";
import { existsSync, lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import canonicalize from "canonicalize";
import { z } from "zod";
import { sha256 } from "../runtime/digest";
import { lockFolder } from "../runtime/lockFolder";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";
import { UsageError } from "./exit";
import { type GivenPhoto, namePhotos } from "./photoNames";
import { replaceOwn } from "./replaceOwn";
import type { PhotoResult } from "./resultRecord";
import { filesOf, stateFolder } from "./results";
import { keyOf, seal, unseal } from "./sealed";
import { removeTiles } from "./tileStore";

const listSchema = z.strictObject({
  /** Of this folder alone, drawn when it was first written to. */
  id: z.string(),
  command: z.record(z.string(), z.unknown()),
  /** Photos of all runs of the command; files as seen from the folder of the results. */
  photos: z.array(z.strictObject({ file: z.string(), given: z.string(), name: z.string() })),
  /** Of the files that are of all photos: SHA-256 of what was written, and of what was about to be. */
  shared: z.record(z.string(), z.array(z.string())),
  /** Drawn anew by a run with --fresh, and whether such a run has not come to its end. */
  round: z.string(),
  fresh: z.boolean(),
});

/** What a record says of where and when it was written. */
type Mark = Pick<PhotoResult, "owner" | "round">;

/** A folder of results. It belongs to one command, and what that command has not written there is never replaced. */
export type ResultFolder = ReturnType<typeof openResultFolder>;

export const pageName = "index.html";

const filesBelow = (name: string) => Object.values(filesOf("", name));

/**
 * Checks that a run may write what it is going to; writes nothing before `begin`.
 * @throws UsageError when the folder belongs to another command, when its list is damaged, when a file is in the way, and when
 *   a path is too long.
 */
export function openResultFolder(
  out: string,
  found: readonly GivenPhoto[],
  { command, fresh }: { command: Record<string, unknown>; fresh: boolean },
) {
  const listFile = join(out, stateFolder, "list.json");
  const { text, list } = readList(out, listFile);
  if (list) requireSame(out, list.command, command);
  const base = resolve(out);
  const id = list?.id ?? drawId();
  const ownerOf = (name: string) => keyOf({ id, name });
  const isKnown = (name: string) => filesBelow(name).some((file) => existsSync(join(out, file)));
  // What was never finished of a photo that is gone holds no name.
  const kept = (list?.photos ?? [])
    .map((one) => ({ ...one, file: resolve(base, one.file) }))
    .filter(({ file, name }) => existsSync(file) || isKnown(name));
  const photos = namePhotos(found, kept);
  const present = new Set(photos.map(({ file }) => file));
  const others = kept.filter(({ file }) => !present.has(file));
  const owned = new Set(kept.flatMap(({ name }) => filesBelow(name)).concat(list ? pageName : []));
  for (const path of [pageName, ...photos.flatMap(({ name }) => filesBelow(name))]) {
    if (!owned.has(path)) requireMissing(join(out, path), out);
  }

  const begins = fresh && !list?.fresh;
  const state = {
    id,
    command,
    photos: [...others, ...photos].map((one) => ({ ...one, file: relative(base, one.file) })),
    shared: list?.shared ?? {},
    round: list && !begins ? list.round : drawId(),
    fresh: fresh || (list?.fresh ?? false),
  };
  const write = () => writeWhole(listFile, seal(state));
  let close = () => {};
  return {
    photos,
    /** Photos of former runs of the command that are not among them. */
    others,
    markOf: (name: string): Mark => ({ owner: ownerOf(name), round: state.round }),
    /** Whether what a record of the folder tells is finished for this run: with --fresh, what was made before it is not. */
    counts: ({ round }: Pick<Mark, "round">): boolean => !fresh || round === state.round,
    /**
     * Makes the folder, takes it for this run alone and puts the photos down as its own.
     * @throws UsageError when it cannot be written to, or another run has it or has changed it since it was opened.
     */
    async begin(): Promise<void> {
      try {
        close = lockFolder(dirname(listFile), "is being written to");
        if (readList(out, listFile).text !== text)
          throw new Error("was changed by another run just now: run the command again");
        // Tiles of before a fresh run; those of this one are kept where it goes on.
        if (begins) removeTiles(out);
        await write();
      } catch (error) {
        close();
        throw new UsageError(`--out ${out}: ${whyOf(error)}`);
      }
    },
    /** Gives the folder back to other runs. */
    close: () => close(),
    /** Writes the page of all photos. @returns what was done about a strange file in its place. */
    async writePage(content: string): Promise<string | undefined> {
      const former = state.shared[pageName] ?? [];
      // First on the list: what is written and not on it would be a stranger's.
      state.shared[pageName] = [...new Set([...former, sha256(content)])].slice(-2);
      await write();
      return replaceOwn(join(out, pageName), content, (digest) => former.includes(digest));
    },
    /** To be called when no photo is left to do. */
    async end(): Promise<void> {
      state.fresh = false;
      await write();
    },
  };
}

const drawId = () => randomBytes(16).toString("hex");

/** The list's text as it lies there, and what it says; nothing where there is none. */
function readList(out: string, file: string): { text?: string; list?: z.infer<typeof listSchema> } {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes((error as NodeJS.ErrnoException).code ?? "")) return {};
    throw new UsageError(`--out ${out}: cannot be read: ${whyOf(error)}`);
  }
  try {
    return { text, list: unseal(text, listSchema) };
  } catch (error) {
    throw new UsageError(`--out ${out}: ${file} is damaged (${whyOf(error)}): want another folder`);
  }
}

function requireSame(out: string, before: Record<string, unknown>, now: Record<string, unknown>): void {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])];
  const differing = names.filter((name) => canonicalize(before[name]) !== canonicalize(now[name]));
  if (differing.length === 0) return;
  const tell = (name: string, value: unknown) => {
    if (name === "sigma" && typeof value === "number") return String(Number((255 * value).toFixed(4)));
    return value === undefined ? "none" : JSON.stringify(value);
  };
  const what = differing.map((name) => `${name} ${tell(name, before[name])}, now ${tell(name, now[name])}`);
  throw new UsageError(
    `--out ${out}: holds the results of another command (${what.join("; ")}), which are kept: want another folder`,
  );
}

function requireMissing(file: string, out: string): void {
  try {
    if (!isThere(file)) {
      const above = firstThere(dirname(resolve(file)));
      if (statSync(above).isDirectory()) return;
      throw new Error(`${above} is no folder`);
    }
  } catch (error) {
    // A name may be too long as well, or a folder closed.
    throw new UsageError(`--out ${out}: ${whyOf(error)}: want another folder`);
  }
  throw new UsageError(
    `--out ${out}: ${file} is there and is no result of this command, so it is kept: want another folder`,
  );
}

/** The path itself or the first above it that is there. */
function firstThere(path: string): string {
  return isThere(path) ? path : firstThere(dirname(path));
}

function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    // What is above it is a file.
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return false;
    throw error;
  }
}
