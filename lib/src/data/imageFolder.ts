import { readdirSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

/** Of the files that are read as images. */
export const imageEndings: ReadonlySet<string> = new Set([".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"]);

/** An image of a folder: its file and its class, the name of the first folder below the root ("" for none). */
export interface FolderImage {
  file: string;
  label: string;
}

/**
 * Lists the images in a folder and the folders below it, sorted by path.
 * @throws Error naming the folder when it cannot be read or holds no image.
 */
export function listImageFolder(folder: string): FolderImage[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch (error) {
    throw new Error(`cannot read the folder ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const images = names
    .filter((name) => imageEndings.has(extname(name).toLowerCase()))
    .sort()
    .map((name) => {
      const parts = relative(folder, join(folder, name)).split(sep);
      return { file: join(folder, name), label: parts.length > 1 ? (parts[0] as string) : "" };
    });
  if (images.length === 0)
    throw new Error(`no image in ${folder}: want files ending in ${[...imageEndings].join(" ")}`);
  return images;
}
