import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./process.mjs";

/** What a cell of code may have: lines, and characters a line. */
const most = { lines: 15, characters: 120 };

/** Cells beyond that in the notebooks that are still to be rewritten; none elsewhere, and never more. @type {Record<string, number>} */
const allowed = {};

/**
 * The cells of code of a notebook that are too long or too wide, counted from 0 over all cells.
 * @param {string} text
 * @returns {number[]}
 */
export function findLongCells(text) {
  /** @type {{ cells: { cell_type: string, source: string | string[] }[] }} */
  const { cells } = JSON.parse(text);
  return cells.flatMap(({ cell_type, source }, place) => {
    const lines = [source].flat().join("").split("\n");
    const isLong = lines.length > most.lines || lines.some(({ length }) => length > most.characters);
    return cell_type === "code" && isLong ? [place] : [];
  });
}

/** Counts the long cells of the notebooks. @returns {number} 0 when no notebook has more than it may */
export function checkCells() {
  console.log(`[check] cells of at most ${most.lines} lines of ${most.characters} characters`);
  const folder = join(root, "notebooks");
  let worst = 0;
  for (const name of readdirSync(folder).filter((one) => one.endsWith(".ipynb"))) {
    const long = findLongCells(readFileSync(join(folder, name), "utf8"));
    if (long.length <= (allowed[name] ?? 0)) continue;
    console.error(
      `notebooks/${name}: ${long.length} long cells (${long.join(", ")}), want at most ${allowed[name] ?? 0}`,
    );
    worst = 1;
  }
  return worst;
}
