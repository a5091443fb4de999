import { listPhotos } from "ddpm-dip/data";
import { type ProfileName, readProfile } from "ddpm-dip/trials";

export function currentProfile(): ProfileName {
  return readProfile().name;
}

/** Every combination of some fields' values, as objects: the first field is the outermost loop, the last the innermost. */
export function product<const Axes extends Record<string, readonly unknown[]>>(
  axes: Axes,
): { -readonly [Field in keyof Axes]: Axes[Field][number] }[] {
  return Object.entries(axes).reduce<object[]>(
    (cells, [field, values]) => cells.flatMap((cell) => values.map((value) => ({ ...cell, [field]: value }))),
    [{}],
  ) as never;
}

/** Images of a set by their names. */
export const imagesFrom = <Set extends string>(from: Set, names: readonly string[]): { from: Set; name: string }[] =>
  names.map((name) => ({ from, name }));

/** The embedded photo of the smoke profile. */
export const smallPhoto = () => ({ from: "photos", name: listPhotos("test")[0] ?? "" }) as const;
