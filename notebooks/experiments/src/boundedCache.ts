import { requireCounts } from "ddpm-dip/runtime";

/** Values under their keys, a bounded number of them. */
export interface BoundedCache<Value> {
  /** The value of a key, which is the most recently used then. It stays the cache's, until the next `set` at the latest. */
  get(key: string): Value | undefined;
  /** Takes a value over. Where there is one too many then, the least recently used is freed; so is the one it replaces. */
  set(key: string, value: Value): void;
}

/**
 * Keeps what is slow to make for whoever wants it again in this process, at most so many values. @param free what becomes of the
 * others.
 * @throws RangeError when `most` is not at least 1.
 */
export function boundedCache<Value>(most: number, free: (value: Value) => void = () => undefined): BoundedCache<Value> {
  requireCounts({ most });
  // A map remembers the order in which its keys came in.
  const values = new Map<string, Value>();
  const take = (key: string): Value | undefined => {
    const value = values.get(key);
    values.delete(key);
    return value;
  };
  return {
    get(key) {
      const value = take(key);
      if (value !== undefined) values.set(key, value);
      return value;
    },
    set(key, value) {
      const before = take(key);
      if (before !== undefined && before !== value) free(before);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > most && oldest !== undefined) free(take(oldest) as Value);
    },
  };
}
