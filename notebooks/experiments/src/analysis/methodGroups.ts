import type { Restoration } from "./restorations";

/** Methods that a table compares as one: of their settings the best one counts. */
export interface MethodGroup {
  title: string;
  isOwn: (row: Restoration) => boolean;
}

const startsAt = (...from: readonly string[]) => from.flatMap((start) => [start, `${start}-mean`]);
const withoutNetwork = (of: string) => [`only-${of}`, ...startsAt(`start-${of}`)];

/** The methods of each group of ways to fill in, as `Restoration` names them. */
export const groupedMethods = {
  "DDPM alone": [...startsAt("ddpm"), "ddpm-dps"],
  "DIP alone": ["dip", "dip-other-input", "dip-of-all"],
  "DIP, then DDPM": startsAt("dip-start"),
  "… at its best level": startsAt("dip-start", "dip-start-at-level"),
  "interpolated, then DDPM": withoutNetwork("spread"),
  "least variation, then DDPM": withoutNetwork("variation"),
  "start without a network": ["spread", "variation"].flatMap(withoutNetwork),
} as const satisfies Record<string, readonly string[]>;

export type GroupTitle = keyof typeof groupedMethods;

/** A group of ways to fill in by its title. */
export function groupOf(title: GroupTitle): MethodGroup {
  const methods: readonly string[] = groupedMethods[title];
  return { title, isOwn: ({ method }) => methods.includes(method) };
}
