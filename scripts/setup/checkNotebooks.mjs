import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, runtimeFolder } from "./process.mjs";
import { filesIn, hashOf, isCurrent, markCurrent } from "./stamp.mjs";

/**
 * @typedef {{ cell_type: string, source: string | string[] }} Cell
 * @typedef {{ declOutput?: string, diagnostics: { messageText: string, start?: { line: number } }[] }} Converted
 * @typedef {{ convert(declared: string, source: string): Converted, close(): void }} Converter
 */

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
    const { declOutput, diagnostics } = converter.convert(declared, [source].flat().join(""));
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

/** Compiles every notebook as the kernel does, but for those that it took as they are. @returns {number} 0 when it takes all cells */
export function checkNotebooks() {
  console.log("[check] cells under the kernel's TypeScript");
  const folder = join(root, "notebooks");
  const built = ["lib", join("notebooks", "experiments")].flatMap((one) => filesIn(join(root, one, "dist")));
  const declared = hashOf({ files: built.filter((file) => file.endsWith(".d.ts")) });
  /** @type {Converter | undefined} */
  let converter;
  let worst = 0;
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".ipynb"))) {
    /** @type {{ cells: Cell[] }} */
    const { cells } = JSON.parse(readFileSync(join(folder, name), "utf8"));
    const stamp = join(runtimeFolder, "cells", name);
    const key = hashOf({
      texts: [declared, JSON.stringify(cells.map(({ cell_type, source }) => [cell_type, source]))],
    });
    if (isCurrent(stamp, key, [])) continue;
    converter ??= openConverter();
    const refused = findRefused(converter, cells);
    if (refused === undefined) {
      markCurrent(stamp, key);
      continue;
    }
    console.error(`notebooks/${name}, ${refused}`);
    worst = 1;
  }
  converter?.close();
  return worst;
}
