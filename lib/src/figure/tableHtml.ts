import { escapeHtml } from "../runtime/markup";

export type Cell = string | number;

export interface TableContent {
  rows: Record<string, Cell>[];
  /** What the columns are called when shown, by key; the CSV keeps the keys. */
  titles?: Record<string, string>;
  /** Digits after the point, or "%" for a share, by key; numbers are shown as they are otherwise. */
  digits?: Record<string, Digits>;
  /** Columns whose best value is bold, by key, with those that show the same; the CSV has no marks. */
  best?: Record<string, Best>;
}

export type Best = "max" | "min";
export type Digits = number | "%";

// Numbers, signed, with a unit, an interval ("28.3 to 30.8"), a count ("6 of 9") or a remark in parentheses.
const numeric = /^[+\-−]?\d[\d.,]*( ?%| dB| s)?( (to|of) [+\-−]?\d[\d.,]*)?( \([^()]*\))?$|^[–∞]$|^-?Infinity$|^NaN$/;
const figureSpace = "\u2007";
const punctuationSpace = "\u2008";

function isNumeric(cells: readonly Cell[]): boolean {
  const shown = cells.filter((cell) => cell !== "");
  return shown.length > 0 && shown.every((cell) => typeof cell === "number" || numeric.test(cell));
}

/** A short title, such as "95 %", keeps to one line. */
function titleHtml(title: string): string {
  const html = escapeHtml(title);
  return title.length <= 7 ? html.replace(/ /g, "\u00a0") : html;
}

function decimalsOf(text: string): number {
  return /^[-−]?[\d,]+\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
}

/** With so many digits after the point, a true minus, no minus before zeros, and commas from 10,000 on. */
function showNumber(value: number, places: number): string {
  const text = Math.abs(value).toFixed(places);
  const digits = { minimumFractionDigits: places, maximumFractionDigits: places };
  const grouped = Math.abs(value) < 10_000 ? text : Number(text).toLocaleString("en", digits);
  return value < 0 && Number(text) > 0 ? `−${grouped}` : grouped;
}

/** How a column's numbers are shown: with the digits asked for, or as they are, filled up so that the points align. */
function formatterOf(cells: readonly Cell[], places: Digits | undefined): (cell: Cell) => string {
  const plain = (cell: Cell) => {
    if (typeof cell !== "number") return cell;
    if (places === undefined || !Number.isFinite(cell)) return String(cell);
    return places === "%" ? `${showNumber(100 * cell, 0)} %` : showNumber(cell, places);
  };
  const longest = Math.max(...cells.map((cell) => (typeof cell === "number" ? decimalsOf(plain(cell)) : 0)));
  return (cell) => {
    const text = plain(cell);
    const missing = typeof cell === "number" && Number.isFinite(cell) ? longest - decimalsOf(text) : 0;
    const point = missing === longest && missing > 0 ? punctuationSpace : "";
    return text + point + figureSpace.repeat(missing);
  };
}

/** The number that a cell shows, without its unit or what follows it in parentheses; undefined where there is none. */
function readNumber(cell: Cell): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  const digits = /^\s*([+\-−]?\d+(?:\.\d+)?)(?![\d.])/.exec(cell)?.[1];
  return digits === undefined ? undefined : Number(digits.replace("−", "-"));
}

/** The indices of the best rows of a column: those that show the same as the best number. */
function bestRows(cells: readonly Cell[], best: Best, shownAs: (value: Cell) => string): Set<number> {
  const values = cells.map(readNumber);
  const known = values.filter((value) => value !== undefined);
  const top = best === "max" ? Math.max(...known) : Math.min(...known);
  const winner = shownAs(cells[values.indexOf(top)] ?? "");
  const isBest = (cell: Cell, index: number) => values[index] !== undefined && shownAs(cell) === winner;
  return new Set(cells.flatMap((cell, index) => (isBest(cell, index) ? [index] : [])));
}

/**
 * The table as an HTML element: numbers to the right with their points under each other, text to the left, the best of
 * a column and its ties bold.
 * @throws RangeError when `best` names a column that is not there.
 */
export function tableHtml({ rows, titles = {}, digits = {}, best = {} }: TableContent): string {
  const columns = Object.keys(rows[0] ?? {});
  const unknown = Object.keys(best).find((key) => !columns.includes(key));
  if (unknown !== undefined) throw new RangeError(`table: got the column "${unknown}", want one of ${columns}`);
  const shown = columns.map((key) => {
    const cells = rows.map((row) => row[key] ?? "");
    const format = formatterOf(cells, digits[key]);
    const want = best[key];
    const marked = want === undefined ? new Set<number>() : bestRows(cells, want, format);
    return { key, cells, format, marked, align: isNumeric(cells) ? "right" : "left" };
  });
  const head = shown.map(({ key, align }) => `<th style="text-align:${align}">${titleHtml(titles[key] ?? key)}</th>`);
  const body = rows.map((_, index) => {
    const line = shown.map(({ cells, format, marked, align }) => {
      const text = escapeHtml(format(cells[index] ?? ""));
      return `<td style="text-align:${align}">${marked.has(index) ? `<b>${text}</b>` : text}</td>`;
    });
    return `<tr>${line.join("")}</tr>`;
  });
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}
