import type { Best, Cell } from "./tableContent";

type Row = Record<string, Cell>;

/** The number that a cell shows, without its unit or what follows it in parentheses; undefined where there is none. */
export function readNumber(cell: Cell | undefined): number | undefined {
  if (typeof cell === "number") return Number.isFinite(cell) ? cell : undefined;
  const digits = /^\s*([+\-−]?\d+(?:\.\d+)?)(?![\d.])/.exec(cell ?? "")?.[1];
  return digits === undefined ? undefined : Number(digits.replace("−", "-"));
}

/**
 * Tells the best rows of a column and those that cannot be told from it.
 * @param rows cells without a number are never best.
 * @param best with an interval, rows whose interval meets that of the best value are ties; without one, rows that show the same.
 * @param shownAs how a value is shown, for ties without intervals.
 * @returns the indices of the rows.
 * @throws RangeError when the interval's columns hold no number in a row that has a value.
 */
export function bestRows(rows: readonly Row[], key: string, best: Best, shownAs: (value: Cell) => string): Set<number> {
  const want = typeof best === "string" ? best : best.want;
  const values = rows.map((row) => readNumber(row[key]));
  const known = values.filter((value): value is number => value !== undefined);
  if (known.length === 0) return new Set();
  const top = want === "max" ? Math.max(...known) : Math.min(...known);
  const winner = values.indexOf(top);
  const meets = (index: number): boolean => {
    if (typeof best === "string") return shownAs(rows[index]?.[key] ?? "") === shownAs(rows[winner]?.[key] ?? "");
    const [own, other] = [intervalOf(rows, index, best), intervalOf(rows, winner, best)];
    return own.low <= other.high && other.low <= own.high;
  };
  return new Set(values.flatMap((value, index) => (value !== undefined && meets(index) ? [index] : [])));
}

function intervalOf(rows: readonly Row[], index: number, { low, high }: { low: string; high: string }) {
  const [from, to] = [readNumber(rows[index]?.[low]), readNumber(rows[index]?.[high])];
  if (from === undefined || to === undefined) {
    throw new RangeError(
      `best: row ${index} has ${rows[index]?.[low]} and ${rows[index]?.[high]} as its interval ${low}, ${high}, want two numbers`,
    );
  }
  return { low: from, high: to };
}
