import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, extname, join, sep } from "node:path";
import { printable } from "../runtime/printable";
import { whyOf } from "../runtime/whyOf";

export const imageEndings: ReadonlySet<string> = new Set([".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"]);

/** Of files that are pictures, but are not read. */
const otherEndings: ReadonlySet<string> = new Set([
  ...[".heic", ".heif", ".avif", ".gif", ".bmp", ".svg", ".pdf", ".psd", ".jxl", ".jp2", ".exr", ".hdr", ".ico"],
  ...[".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2"],
]);

/** An image of a folder: its file and its class, the name of the first folder below the root ("" for none). */
interface FolderImage {
  file: string;
  label: string;
}

/** Something that lies beside the images and is not read, and why. */
export interface SkippedFile {
  file: string;
  why: string;
}

/**
 * The images in a folder and the folders below it, sorted by path, each file once whatever links lead to it, and what lies
 * beside them and is skipped: hidden and resource files, folders named like photos, broken links, pictures that are not read.
 * @throws Error naming the folder when it cannot be read or holds no image.
 */
export function surveyImageFolder(folder: string): { images: FolderImage[]; skipped: SkippedFile[] } {
  const images: string[] = [];
  const links: string[] = [];
  const skipped: SkippedFile[] = [];
  const seen = new Set<string>();
  const readFolder = (path: string) => {
    const entries = readdirSync(join(folder, path), { withFileTypes: true });
    seen.add(realpathSync.native(join(folder, path)));
    for (const entry of entries) {
      if (entry.isSymbolicLink()) links.push(join(path, entry.name));
      else add(join(path, entry.name));
    }
  };
  const add = (path: string) => {
    const why = visit(path);
    if (why !== undefined) skipped.push({ file: join(folder, path), why });
  };
  /** @returns why it is skipped. */
  const visit = (path: string): string | undefined => {
    const name = basename(path);
    const ending = extname(name).toLowerCase();
    const isPicture = imageEndings.has(ending) || otherEndings.has(ending);
    try {
      const [found, real] = [statSync(join(folder, path)), realpathSync.native(join(folder, path))];
      if (!isPicture && !found.isDirectory()) return undefined;
      if (name === "__MACOSX") return "resource files of macOS";
      if (name.startsWith(".")) return "hidden";
      if (seen.has(real)) return `the same as ${real}, which is read already`;
      if (found.isDirectory() && isPicture) return "a folder named like a photo";
      if (found.isDirectory()) readFolder(path);
      else if (otherEndings.has(ending)) return `${ending.slice(1).toUpperCase()} is not read: convert it first`;
      else if (!found.isFile()) return "no regular file";
      else {
        seen.add(real);
        images.push(path);
      }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") return `cannot be read: ${whyOf(error)}`;
      return "is not there: a broken link, or a name that is not UTF-8";
    }
    return undefined;
  };
  try {
    readFolder("");
  } catch (error) {
    throw new Error(`cannot read the folder ${folder}: ${whyOf(error)}`);
  }
  // Last, so that what they lead to is called by its own name where it lies in the folder.
  for (const link of links) add(link);
  skipped.sort((a, b) => (a.file < b.file ? -1 : 1));
  if (images.length === 0) {
    const some = skipped.slice(0, 3).map((one) => `; ${describeSkipped(one)}`);
    throw new Error(`no image in ${folder}: want files ending in ${[...imageEndings].join(" ")}${some.join("")}`);
  }
  const labelOf = (path: string) => (path.includes(sep) ? (path.split(sep)[0] ?? "") : "");
  return { images: images.sort().map((path) => ({ file: join(folder, path), label: labelOf(path) })), skipped };
}

export function describeSkipped({ file, why }: SkippedFile): string {
  return printable(`skipped ${file}: ${why}`);
}

/** The images of `surveyImageFolder` alone. @throws as it does. */
export function listImageFolder(folder: string): FolderImage[] {
  return surveyImageFolder(folder).images;
}
