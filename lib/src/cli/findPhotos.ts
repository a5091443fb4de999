import { existsSync, statSync } from "node:fs";
import { basename, extname, join, relative, resolve, sep } from "node:path";
import { imageEndings, listImageFolder } from "../data/imageFolder";
import { UsageError, whyOf } from "./exit";

/** A photo to restore and what it is called in the results. */
export interface FoundPhoto {
  file: string;
  /** Below the folder that was given, without its ending unless another photo has the same name: "holiday/beach". */
  name: string;
}

/**
 * The photos that are named: files, and all images in folders and below, sorted. What lies in the folder of the results is
 * left out.
 * @param paths files and folders. @param out the folder of the results.
 * @throws UsageError naming a path that is missing, a file of another kind, a folder without images, or two photos whose
 *   results would have one name.
 */
export function findPhotos(paths: readonly string[], out?: string): FoundPhoto[] {
  if (paths.length === 0) throw new UsageError("got no photo, want files or folders");
  const results = out === undefined ? undefined : resolve(out) + sep;
  const found = new Map<string, string>();
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path}: there is no such file or folder`);
    if (statSync(path).isDirectory()) {
      for (const file of listFolder(path)) {
        if (results === undefined || !resolve(file).startsWith(results)) found.set(resolve(file), relative(path, file));
      }
    } else if (imageEndings.has(extname(path).toLowerCase())) {
      found.set(resolve(path), basename(path));
    } else {
      throw new UsageError(`${path}: got the ending "${extname(path)}", want one of ${[...imageEndings].join(" ")}`);
    }
  }
  if (found.size === 0) throw new UsageError(`${paths.join(", ")}: holds no image outside of the results`);
  return nameApart([...found]);
}

function listFolder(folder: string): string[] {
  try {
    return listImageFolder(folder).map(({ file }) => file);
  } catch (error) {
    throw new UsageError(whyOf(error));
  }
}

function nameApart(found: [string, string][]): FoundPhoto[] {
  const bare = (name: string) => name.slice(0, name.length - extname(name).length);
  const owners = new Map<string, string[]>();
  for (const [, name] of found) owners.set(bare(name), [...(owners.get(bare(name)) ?? []), name]);
  const taken = new Map<string, string>();
  return found.map(([file, given]) => {
    const name = (owners.get(bare(given)) as string[]).length > 1 ? given : bare(given);
    const other = taken.get(name);
    if (other)
      throw new UsageError(`${other} and ${file} would both be called ${name}; give their common folder instead`);
    taken.set(name, file);
    return { file, name };
  });
}

/**
 * The mask of a photo: the file that was given, or in a folder of masks the one of the photo's name.
 * @throws UsageError when there is none.
 */
export function findMask(path: string, { name, file }: FoundPhoto): string {
  if (!existsSync(path)) throw new UsageError(`--mask ${path}: there is no such file or folder`);
  if (!statSync(path).isDirectory()) return path;
  const own = extname(file) && name.endsWith(extname(file)) ? name.slice(0, -extname(file).length) : name;
  const found = [...imageEndings].map((ending) => join(path, own + ending)).find((mask) => existsSync(mask));
  if (!found) throw new UsageError(`--mask ${path}: holds no mask for ${name}, such as ${join(path, own)}.png`);
  return found;
}
