import { displayBundle, inNotebook } from "../runtime/display";
import { checkId, exportFiles } from "./exportFiles";
import { type Named, showCaption } from "./show";

/** A cell of a table. */
export type Cell = string | number;

/** A table: rows as plain objects, one key a column. */
export interface Table extends Named {
  rows: Record<string, Cell>[];
  /** Rows to show in place of `rows`, where the exported table is too long to read. */
  shown?: Record<string, Cell>[];
  /** What the columns are called when shown, by key; the CSV keeps the keys. */
  titles?: Record<string, string>;
  /** Digits after the point, by key; numbers are shown as they are otherwise. */
  digits?: Record<string, number>;
}

function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

/** Quotes text that a comma, a quote or a line break would tear apart (RFC 4180); danfo.js does not. */
function quoteCells(row: Record<string, Cell>): Record<string, Cell> {
  const quote = (cell: Cell) =>
    typeof cell === "string" && /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
  return Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, quote(cell)]));
}

/** Rows as CSV, by danfo.js. @param rows at least one, all with the same columns. */
export async function tableCsv(rows: Record<string, Cell>[]): Promise<string> {
  const { DataFrame, toCSV } = await import("danfojs-node");
  return toCSV(new DataFrame(rows.map(quoteCells))) as unknown as string;
}

/** The table as an HTML element: numbers to the right, text to the left. */
export function tableHtml({ rows, titles = {}, digits = {} }: Omit<Table, keyof Named | "shown">): string {
  const keys = Object.keys(rows[0] ?? {});
  const format = (key: string, value: Cell | undefined): string => {
    if (typeof value !== "number") return escapeHtml(value ?? "");
    const places = digits[key];
    return places === undefined ? String(value) : value.toFixed(places);
  };
  const align = (key: string) => (typeof rows[0]?.[key] === "number" ? "right" : "left");
  const head = keys.map((key) => `<th style="text-align:${align(key)}">${escapeHtml(titles[key] ?? key)}</th>`);
  const body = rows.map(
    (row) =>
      `<tr>${keys.map((key) => `<td style="text-align:${align(key)}">${format(key, row[key])}</td>`).join("")}</tr>`,
  );
  return `<table><thead><tr>${head.join("")}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/**
 * Shows a table in the cell that is running, as HTML, and exports it as CSV under its id, by danfo.js.
 * Outside of a notebook it only exports.
 * @throws RangeError when there is no row, or one has other columns than the first.
 */
export async function showTable({ id, caption, rows, shown = rows, ...style }: Table): Promise<void> {
  checkId(id);
  const columns = Object.keys(rows[0] ?? {});
  if (columns.length === 0) throw new RangeError(`table "${id}": got no row`);
  const odd = rows.findIndex((row) => Object.keys(row).join() !== columns.join());
  if (odd >= 0)
    throw new RangeError(
      `table "${id}": row ${odd} has the columns ${Object.keys(rows[odd] as object)}, want ${columns}`,
    );
  const csv = await tableCsv(rows);
  await exportFiles({ [`${id}.csv`]: csv });
  if (!inNotebook()) return;
  displayBundle(
    { "text/html": tableHtml({ rows: shown, ...style }), "text/plain": csv },
    { ddpmDip: { part: "table", id, caption } },
  );
  showCaption({ id, caption });
}
