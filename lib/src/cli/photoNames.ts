import { extname } from "node:path";
import { sha256 } from "../runtime/digest";
import { UsageError } from "./exit";

/** A photo that was found, before it has a name in the results. */
export interface GivenPhoto {
  file: string;
  /** Its place below the folder that was given: "holiday/beach.jpg". */
  given: string;
}

/** A photo and what it is called in the results. */
export interface FoundPhoto extends GivenPhoto {
  /** As it was given, without its ending unless another photo has the same name: "holiday/beach". */
  name: string;
}

/** Names that a file system may take for the same. */
const foldName = (name: string) => name.normalize("NFC").toLowerCase();

export const withoutEnding = (name: string) => name.slice(0, name.length - extname(name).length);

/**
 * Gives photos names that differ, on every file system: without the ending where that is enough, else with it. Photos
 * of former runs (`claimed`) keep theirs.
 * @throws UsageError when two were given under one name from two folders.
 */
export function namePhotos(photos: readonly GivenPhoto[], claimed: readonly FoundPhoto[] = []): FoundPhoto[] {
  const names = new Map(claimed.map((one) => [one.file, one.name]));
  const taken = new Set(claimed.map(({ name }) => foldName(name)));
  const owners = new Map(claimed.map(({ given, file }) => [given, file]));
  const counts = new Map<string, number>();
  for (const { given } of photos) {
    const bare = foldName(withoutEnding(given));
    counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
  return photos.map((photo) => {
    const { file, given } = photo;
    const own = names.get(file);
    if (own !== undefined) return { ...photo, name: own };
    const other = owners.get(given);
    if (other !== undefined) {
      throw new UsageError(
        `${other} and ${file} would both be called ${withoutEnding(given)}; give their common folder, or another --out`,
      );
    }
    owners.set(given, file);
    const bare = withoutEnding(given);
    const candidates = [
      ...(counts.get(foldName(bare)) === 1 ? [bare] : []),
      given,
      `${given}~${sha256(given).slice(0, 8)}`,
    ];
    const name = candidates.find((one) => !taken.has(foldName(one))) as string;
    taken.add(foldName(name));
    return { ...photo, name };
  });
}
