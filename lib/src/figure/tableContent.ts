/** A cell of a table. */
export type Cell = string | number;

/** What a table shows and how. */
export interface TableContent {
  /** Rows as plain objects, one key a column. */
  rows: Record<string, Cell>[];
  /** What the columns are called when shown, by key; the CSV keeps the keys. */
  titles?: Record<string, string>;
  /** Digits after the point, by key; numbers are shown as they are otherwise. */
  digits?: Record<string, number>;
  /** Columns whose best value is bold, by key, with those that show the same; the CSV has no marks. */
  best?: Record<string, Best>;
}

/** Which value of a column is best. */
export type Best = "max" | "min";
