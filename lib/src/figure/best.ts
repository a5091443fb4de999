import type { Best, Cell } from "./tableContent";

/** The number that a cell shows, without its unit or what follows it in parentheses; undefined where there is none. */
export function readNumber(cell: Cell): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  const digits = /^\s*([+\-−]?\d+(?:\.\d+)?)(?![\d.])/.exec(cell)?.[1];
  return digits === undefined ? undefined : Number(digits.replace("−", "-"));
}

/**
 * Tells the best rows of a column: those that show the same as the best value.
 * @param cells of the column; those without a number are never best. @param shownAs how a value is shown.
 * @returns the indices of the rows.
 */
export function bestRows(cells: readonly Cell[], best: Best, shownAs: (value: Cell) => string): Set<number> {
  const values = cells.map(readNumber);
  const known = values.filter((value) => value !== undefined);
  const top = best === "max" ? Math.max(...known) : Math.min(...known);
  const winner = shownAs(cells[values.indexOf(top)] ?? "");
  const isBest = (cell: Cell, index: number) => values[index] !== undefined && shownAs(cell) === winner;
  return new Set(cells.flatMap((cell, index) => (isBest(cell, index) ? [index] : [])));
}
