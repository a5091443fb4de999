import { escapeHtml } from "../runtime/markup";
import { bestRows } from "./best";
import type { Cell, TableContent } from "./tableContent";

// Numbers, signed, with a unit, an interval ("28.3 to 30.8"), a count ("6 of 9") or a remark in parentheses.
const numeric = /^[+\-−]?\d[\d.,]*( ?%| dB| s)?( (to|of) [+\-−]?\d[\d.,]*)?( \([^()]*\))?$|^[–∞]$|^-?Infinity$|^NaN$/;
const figureSpace = "\u2007";
const punctuationSpace = "\u2008";

/** Whether all that a column shows are numbers. */
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
  return /^-?\d+\.(\d+)$/.exec(text)?.[1]?.length ?? 0;
}

/** How a column's numbers are shown: with the digits asked for, or as they are, filled up so that the points align. */
function formatterOf(cells: readonly Cell[], places: number | undefined): (cell: Cell) => string {
  const plain = (cell: Cell) => {
    if (typeof cell !== "number") return cell;
    return places === undefined || !Number.isFinite(cell) ? String(cell) : cell.toFixed(places);
  };
  const longest = Math.max(...cells.map((cell) => (typeof cell === "number" ? decimalsOf(plain(cell)) : 0)));
  return (cell) => {
    const text = plain(cell);
    const missing = typeof cell === "number" && Number.isFinite(cell) ? longest - decimalsOf(text) : 0;
    const point = missing === longest && missing > 0 ? punctuationSpace : "";
    return text + point + figureSpace.repeat(missing);
  };
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
