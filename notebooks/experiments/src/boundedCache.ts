import { requireCounts } from "ddpm-dip/runtime";

/**
 * Keeps what is slow to make for whoever wants it again in this process, at most so many values by their keys. What it gives stays its own,
 * until the next `set` at the latest. @param free what becomes of a value that is replaced, or was the least recently used of too many.
 * @throws RangeError when `most` is not at least 1.
 */
export function boundedCache<Value>(most: number, free: (value: Value) => void = () => undefined) {
  requireCounts({ most });
  // A map remembers the order in which its keys came in.
  const values = new Map<string, Value>();
  const take = (key: string): Value | undefined => {
    const value = values.get(key);
    values.delete(key);
    return value;
  };
  return {
    get(key: string): Value | undefined {
      const value = take(key);
      if (value !== undefined) values.set(key, value);
      return value;
    },
    set(key: string, value: Value): void {
      const before = take(key);
      if (before !== undefined && before !== value) free(before);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > most && oldest !== undefined) free(take(oldest) as Value);
    },
  };
}
