import { mean } from "simple-statistics";

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

/** The distinct numbers, rising. */
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
