import { mean, median } from "simple-statistics";

export type Row = Record<string, string | number>;

/** The items by a key, groups and items in the order in which they come. */
export function groupBy<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): Map<Key, Item[]> {
  const groups = new Map<Key, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}

export function distinctNumbers(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

/** The mean of what is read of an image's items, image by image: seeds, and tasks, of one image are no independent samples. */
export function meansByImage<Item extends { image: string }>(
  items: readonly Item[],
  read: (item: Item) => number,
): Map<string, number> {
  const groups = groupBy(items, ({ image }) => image);
  return new Map([...groups].map(([image, own]) => [image, mean(own.map(read))]));
}

/** Mean PSNR, dB. */
export const meanPsnr = (rows: readonly { psnr: number }[]): number => mean(rows.map(({ psnr }) => psnr));

/** The group with the highest mean PSNR; none of none. */
export const bestOf = <Item extends { psnr: number }>(groups: Iterable<Item[]>): Item[] =>
  [...groups].sort((a, b) => meanPsnr(b) - meanPsnr(a))[0] ?? [];

/** The mean of numbers, and the median; "–" where there is none. */
export const meanOf = (values: readonly number[]): number | "–" => (values.length > 0 ? mean([...values]) : "–");
export const medianOf = (values: readonly number[]): number | "–" => (values.length > 0 ? median([...values]) : "–");

/**
 * Means as a matrix, a row for each value of `by` and a column for each of `into`; "–" where there is nothing.
 * @param options.heads the columns, where they have an order of their own.
 */
export function pivot<Item>(
  items: readonly Item[],
  options: { by: (item: Item) => Row; into: (item: Item) => string; of: (item: Item) => number; heads?: string[] },
): Row[] {
  const { by, into, of, heads = [...new Set(items.map(into))] } = options;
  return [...groupBy(items, (item) => JSON.stringify(by(item)))].map(([key, own]) => {
    const cells = groupBy(own, into);
    return {
      ...JSON.parse(key),
      ...Object.fromEntries(heads.map((head) => [head, meanOf((cells.get(head) ?? []).map(of))])),
    };
  });
}

export function showRange({ low, high }: { low: number; high: number }, { digits = 2, between = " to " } = {}): string {
  return [low, high].map((end) => end.toFixed(digits).replace("-", "−")).join(between);
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

/** A difference as text, with its sign. */
export function showSigned(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${Math.abs(difference).toFixed(2)}`;
}

export function showGain(gain: number): string {
  return `${showSigned(gain)} dB`;
}

/** A task's title in few letters, for the head of a column. */
export function shortTitle(title: string): string {
  const shorter = [
    ["super-resolution", "SR"],
    ["half of the pixels", "half"],
    [" of the pixels", ""],
    ["denoising, ", ""],
    ["sigma", "σ"],
  ] as const;
  return shorter.reduce((text, [long, short]) => text.replace(long, short), title);
}

/** Rows with their columns of tasks under short titles. */
export function shortHeads(rows: readonly Row[]): Row[] {
  return rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, cell]) => [shortTitle(name), cell])));
}

/** The same number of digits for every column that holds a number. */
export function digitsOf(rows: readonly Row[], digits: number): Record<string, number> {
  const numbers = rows.flatMap((row) => Object.entries(row).filter(([, cell]) => typeof cell === "number"));
  return Object.fromEntries(numbers.map(([name]) => [name, digits]));
}

/** A table on its side: its rows, named by the column `names`, become columns; its other columns are named in `heads`. */
export function transpose(rows: readonly Row[], { names, heads }: { names: string; heads: string }): Row[] {
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== names);
  return columns.map((column) => ({
    [heads]: column,
    ...Object.fromEntries(rows.map((row) => [String(row[names]), row[column] as string | number])),
  }));
}
