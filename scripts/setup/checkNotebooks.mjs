import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { notebookNames } from "./places.mjs";
import { root, runtimeFolder } from "./process.mjs";
import { filesIn, hashOf, isCurrent, markCurrent } from "./stamp.mjs";

/**
 * @typedef {{ cell_type: string, source: string | string[] }} Cell
 * @typedef {{ declOutput?: string, diagnostics: { messageText: string, start?: { line: number } }[] }} Converted
 * @typedef {{ convert(declared: string, source: string): Converted, close(): void }} Converter
 */

/** What a cell of code may have: lines, and characters a line. */
const most = { lines: 15, characters: 120 };

/**
 * The cells of code that are too long or too wide, counted from 0 over all cells.
 * @param {readonly Cell[]} cells
 * @returns {number[]}
 */
export function findLongCells(cells) {
  return cells.flatMap(({ cell_type, source }, place) => {
    const lines = textOf(source).split("\n");
    const isLong = lines.length > most.lines || lines.some(({ length }) => length > most.characters);
    return cell_type === "code" && isLong ? [place] : [];
  });
}

/** Text that Jupyter may have stored as lines. @param {string | string[]} source */
const textOf = (source) => [source].flat().join("");

/**
 * The first cell of code that the kernel would refuse, by its own converter, with why: a type error, or a type that the next cell
 * would have to name and cannot, for the package does not export it.
 * @param {Converter} converter @param {readonly Cell[]} cells
 * @returns {string | undefined} undefined when it takes them all
 */
export function findRefused(converter, cells) {
  let declared = "";
  for (const [place, { cell_type, source }] of cells.entries()) {
    if (cell_type !== "code") continue;
    const { declOutput, diagnostics } = converter.convert(declared, textOf(source));
    const [first] = diagnostics;
    if (first) return `cell ${place}, line ${(first.start?.line ?? 0) + 1}: ${first.messageText}`;
    declared = declOutput ?? "";
  }
  return undefined;
}

/** The kernel's converter of TypeScript, reading packages as from the notebooks' folder. @returns {Converter} */
export function openConverter() {
  const before = process.cwd();
  process.chdir(join(root, "notebooks"));
  try {
    return createRequire(import.meta.url)("tslab/dist/converter.js").createConverter({ isJS: false, isBrowser: false });
  } finally {
    process.chdir(before);
  }
}

/** The size of the notebooks' cells, and what the kernel makes of those that changed since it took them. @returns {number} 0 when all are fit */
export function checkNotebooks() {
  console.log(
    `[check] cells of at most ${most.lines} lines of ${most.characters} characters, under the kernel's TypeScript`,
  );
  const built = ["lib", join("notebooks", "experiments")].flatMap((one) => filesIn(join(root, one, "dist")));
  const declared = hashOf({ files: built.filter((file) => file.endsWith(".d.ts")) });
  /** @type {Converter | undefined} */
  let converter;
  let worst = 0;
  /** @param {string} complaint */
  const complain = (complaint) => {
    console.error(`notebooks/${complaint}`);
    worst = 1;
  };
  for (const name of notebookNames()) {
    /** @type {{ cells: Cell[] }} */
    const { cells } = JSON.parse(readFileSync(join(root, "notebooks", name), "utf8"));
    const long = findLongCells(cells);
    if (long.length > 0) complain(`${name}: ${long.length} long cells (${long.join(", ")})`);
    const stamp = join(runtimeFolder, "cells", name);
    const sources = JSON.stringify(cells.map(({ cell_type, source }) => [cell_type, source]));
    const key = hashOf({ texts: [declared, sources] });
    if (isCurrent(stamp, key, [])) continue;
    converter ??= openConverter();
    const refused = findRefused(converter, cells);
    if (refused === undefined) markCurrent(stamp, key);
    else complain(`${name}, ${refused}`);
  }
  converter?.close();
  return worst;
}
