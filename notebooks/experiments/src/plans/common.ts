import { listPhotos } from "ddpm-dip/data";
import { type ProfileName, readProfile } from "ddpm-dip/trials";

/** How many seeds a cell has: 1, 3 or 5. */
export function seedsOf(profile: ProfileName): number[] {
  const count = { smoke: 1, default: 3, full: 5 }[profile];
  return Array.from({ length: count }, (_, i) => i + 1);
}

export function currentProfile(): ProfileName {
  return readProfile().name;
}

/** In the smoke profile the first of the photos, else all. */
export function somePhotos(photos: string[], profile: ProfileName): string[] {
  return profile === "smoke" ? photos.slice(0, 1) : photos;
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

/** The embedded photo of the smoke profile. */
export const smallPhoto = () => ({ from: "photos", name: listPhotos("test")[0] ?? "" }) as const;
