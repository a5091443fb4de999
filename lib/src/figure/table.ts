import { displayBundle, inNotebook } from "../runtime/display";
import { checkId, exportFiles } from "./exportFiles";
import { type Named, showCaption } from "./show";
import { type Cell, type TableContent, tableHtml } from "./tableHtml";

export interface Table extends Named, TableContent {
  /** Rows to show in place of `rows`, where the exported table is too long to read. */
  shown?: Record<string, Cell>[];
}

/** Quotes text that a comma, a quote or a line break would tear apart (RFC 4180); danfo.js does not. */
function quoteCells(row: Record<string, Cell>): Record<string, Cell> {
  const quote = (cell: Cell) =>
    typeof cell === "string" && /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
  return Object.fromEntries(Object.entries(row).map(([key, cell]) => [key, quote(cell)]));
}

/** Rows as CSV, by danfo.js. @param rows at least one, all with the same columns. */
async function tableCsv(rows: Record<string, Cell>[]): Promise<string> {
  const { DataFrame, toCSV } = await import("danfojs-node");
  return toCSV(new DataFrame(rows.map(quoteCells))) as unknown as string;
}

/**
 * Shows a table in the cell that is running and exports it as CSV under its id; outside of a notebook it only exports.
 * @throws RangeError, before anything is written, for no row or rows of different columns; as `tableHtml` does.
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
  const html = tableHtml({ rows: shown, ...style });
  const csv = await tableCsv(rows);
  await exportFiles({ [`${id}.csv`]: csv });
  if (!inNotebook()) return;
  displayBundle({ "text/html": html, "text/plain": csv }, { ddpmDip: { part: "table", id, caption } });
  showCaption({ id, caption });
}
