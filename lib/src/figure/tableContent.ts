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
  /** Columns whose best value is bold, by key, with those that cannot be told from it; the CSV has no marks. */
  best?: Record<string, Best>;
  /** Columns that are not shown: those that hold the ends of intervals for `best`. */
  hidden?: string[];
}

/** Which value of a column is best, and where a row's interval stands. */
export type Best =
  | "max"
  | "min"
  | {
      want: "max" | "min";
      /** Columns that hold the ends of each row's interval. */
      low: string;
      high: string;
    };
