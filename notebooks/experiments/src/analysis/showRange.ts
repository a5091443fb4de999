import type { Row } from "./frames";

/** An interval as tables show it. */
export function showRange({ low, high }: { low: number; high: number }): string {
  return `${low.toFixed(2)} to ${high.toFixed(2)}`.replace(/-/g, "−");
}

/** Rows with their `low` and `high` in one column, `interval`, where `low` was. */
export function showIntervals(rows: readonly Row[]): Row[] {
  return rows.map((row) => {
    const interval = showRange(row as { low: number; high: number });
    const columns = Object.entries(row).filter(([name]) => name !== "high");
    return Object.fromEntries(
      columns.map(([name, value]) => (name === "low" ? ["interval", interval] : [name, value])),
    );
  });
}
