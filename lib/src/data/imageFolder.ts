import { type Dirent, lstatSync, readdirSync, realpathSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { printable } from "../runtime/printable";
import { whyOf } from "../runtime/whyOf";

/** Of the files that are read as images. */
export const imageEndings: ReadonlySet<string> = new Set([".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"]);

/** Of files that are pictures, but are not read. */
const otherEndings: ReadonlySet<string> = new Set([
  ...[".heic", ".heif", ".avif", ".gif", ".bmp", ".svg", ".pdf", ".psd", ".jxl", ".jp2", ".exr", ".hdr", ".ico"],
  ...[".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".orf", ".rw2"],
]);

/** An image of a folder: its file and its class, the name of the first folder below the root ("" for none). */
export interface FolderImage {
  file: string;
  label: string;
}

/** Something that lies beside the images and is not read, and why. */
export interface SkippedFile {
  file: string;
  why: string;
}

const endingOf = (name: string) => extname(name).toLowerCase();
const isImage = (name: string) => imageEndings.has(endingOf(name));

/** A folder to be read: its place below the root, and where it really is. */
interface Place {
  names: string[];
  real: string;
}

/** Walks folders; what links point to is read last and only where it was not read before. */
class Walk {
  readonly images: string[][] = [];
  readonly skipped: SkippedFile[] = [];
  private readonly seen = new Set<string>();
  private readonly links: string[][] = [];

  constructor(private readonly root: string) {}

  run(): void {
    this.readTree({ names: [], real: realpathSync(this.root) });
    for (let names = this.links.shift(); names; names = this.links.shift()) this.follow(names);
  }

  private skip(names: string[], why: string): void {
    this.skipped.push({ file: join(this.root, ...names), why });
  }

  private readTree(top: Place): void {
    const open = [top];
    for (let place = open.pop(); place; place = open.pop()) {
      this.seen.add(place.real);
      for (const entry of this.list(place)) {
        const below = { names: [...place.names, entry.name], real: join(place.real, entry.name) };
        if (this.isPassedOver(entry, below.names)) continue;
        if (entry.isSymbolicLink()) this.links.push(below.names);
        else if (entry.isDirectory()) {
          if (!this.seen.has(below.real)) open.push(below);
        } else this.add(below, entry.isFile());
      }
    }
  }

  private list({ names }: Place): Dirent[] {
    try {
      return readdirSync(join(this.root, ...names), { withFileTypes: true });
    } catch (error) {
      if (names.length === 0) throw error;
      this.skip(names, `cannot be read: ${whyOf(error)}`);
      return [];
    }
  }

  private isPassedOver(entry: Dirent, names: string[]): boolean {
    const { name } = entry;
    const isPicture = isImage(name) || otherEndings.has(endingOf(name));
    if (this.isUnreadable(names)) {
      if (isPicture || entry.isDirectory()) this.skip(names, "its name is not UTF-8: rename it");
    } else if (name === "__MACOSX") this.skip(names, "resource files of macOS");
    else if (name.startsWith(".")) {
      if (isPicture || entry.isDirectory()) this.skip(names, "hidden");
    } else if (entry.isDirectory() && isPicture) this.skip(names, "a folder named like a photo");
    else return false;
    return true;
  }

  /** A name that is not UTF-8 is told with U+FFFD in place of its bytes, and leads nowhere. */
  private isUnreadable(names: string[]): boolean {
    const path = join(this.root, ...names);
    return path.includes("\ufffd") && !lstatSync(path, { throwIfNoEntry: false });
  }

  private follow(names: string[]): void {
    const link = join(this.root, ...names);
    let real: string;
    try {
      real = realpathSync(link);
    } catch {
      this.skip(names, "a link to what is not there");
      return;
    }
    const found = statSync(real);
    if (!found.isDirectory()) this.add({ names, real }, found.isFile());
    else if (isImage(link)) this.skip(names, "a folder named like a photo");
    else if (this.seen.has(real)) this.skip(names, `a link to ${real}, which is read already`);
    else this.readTree({ names, real });
  }

  private add({ names, real }: Place, isFile: boolean): void {
    const ending = endingOf(names.at(-1) ?? "");
    if (otherEndings.has(ending)) this.skip(names, `${ending.slice(1).toUpperCase()} is not read: convert it first`);
    else if (!imageEndings.has(ending)) return;
    else if (!isFile) this.skip(names, "no regular file");
    else if (this.seen.has(real)) this.skip(names, `the same file as ${real}`);
    else {
      this.seen.add(real);
      this.images.push(names);
    }
  }
}

/**
 * The images in a folder and the folders below it, sorted by path, each file once whatever links lead to it, and what lies
 * beside them and is skipped: hidden and resource files, folders named like photos, broken links, pictures that are not read.
 * @throws Error naming the folder when it cannot be read.
 */
export function surveyImageFolder(folder: string): { images: FolderImage[]; skipped: SkippedFile[] } {
  const walk = new Walk(folder);
  try {
    walk.run();
  } catch (error) {
    throw new Error(`cannot read the folder ${folder}: ${whyOf(error)}`);
  }
  const byPath = new Map(walk.images.map((names) => [join(...names), names]));
  const images = [...byPath.keys()].sort().map((path) => {
    const names = byPath.get(path) ?? [];
    return { file: join(folder, path), label: names.length > 1 ? (names[0] ?? "") : "" };
  });
  return { images, skipped: walk.skipped.sort((a, b) => (a.file < b.file ? -1 : 1)) };
}

/** What was skipped, in words. */
export function describeSkipped({ file, why }: SkippedFile): string {
  return printable(`skipped ${file}: ${why}`);
}

/**
 * Lists the images in a folder and the folders below it, sorted by path; see `surveyImageFolder` for what is skipped.
 * @throws Error naming the folder when it cannot be read or holds no image.
 */
export function listImageFolder(folder: string): FolderImage[] {
  const { images, skipped } = surveyImageFolder(folder);
  if (images.length > 0) return images;
  const some = skipped.slice(0, 3).map((one) => `; ${describeSkipped(one)}`);
  throw new Error(`no image in ${folder}: want files ending in ${[...imageEndings].join(" ")}${some.join("")}`);
}
