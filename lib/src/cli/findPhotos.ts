import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, extname, join, relative, resolve, sep } from "node:path";
import { imageEndings, type SkippedFile, surveyImageFolder } from "../data/imageFolder";
import { whyOf } from "../runtime/whyOf";
import { UsageError } from "./exit";
import { type GivenPhoto, withoutEnding } from "./photoNames";

/**
 * The photos that are named: files, and all images in folders and below, sorted; each file once, whatever links lead to
 * it. What lies in the folder of the results is left out.
 * @returns the photos, and what is skipped. @throws UsageError naming a path that is missing, or has or is no image.
 */
export function surveyPhotos(paths: readonly string[], out?: string): { photos: GivenPhoto[]; skipped: SkippedFile[] } {
  if (paths.length === 0) throw new UsageError("got no photo, want files or folders");
  const isResult = recogniseResults(out);
  const found = new Map<string, GivenPhoto>();
  const skipped: SkippedFile[] = [];
  const add = (file: string, name: string) => {
    const real = realpathSync(file);
    if (!found.has(real)) found.set(real, { file: resolve(file), given: name.split(sep).join("/") });
  };
  for (const path of paths) {
    if (!existsSync(path)) throw new UsageError(`${path}: there is no such file or folder`);
    const stat = statSync(path);
    if (stat.isDirectory()) {
      const survey = surveyFolder(path);
      for (const { file } of survey.images) if (!isResult(file)) add(file, relative(path, file));
      skipped.push(...survey.skipped.filter(({ file }) => !isResult(file)));
    } else if (!imageEndings.has(extname(path).toLowerCase())) {
      throw new UsageError(`${path}: got the ending "${extname(path)}", want one of ${[...imageEndings].join(" ")}`);
    } else if (stat.isFile()) {
      add(path, basename(path));
    } else {
      throw new UsageError(`${path}: is no regular file`);
    }
  }
  if (found.size === 0) throw new UsageError(`${paths.join(", ")}: holds no image outside of the results`);
  return { photos: [...found.values()], skipped };
}

/** Whether a file lies in the folder of the results, by its path or by where it really is. */
function recogniseResults(out?: string): (file: string) => boolean {
  if (out === undefined) return () => false;
  const folders = [resolve(out), ...(existsSync(out) ? [realpathSync(out)] : [])].map((folder) => folder + sep);
  return (file) => {
    const places = [resolve(file), ...(existsSync(file) ? [realpathSync(file)] : [])];
    return places.some((place) => folders.some((folder) => place.startsWith(folder)));
  };
}

function surveyFolder(folder: string): ReturnType<typeof surveyImageFolder> {
  try {
    return surveyImageFolder(folder);
  } catch (error) {
    throw new UsageError(whyOf(error));
  }
}

/** The mask of a photo: the file, or in a folder the one of the photo's name. @throws UsageError when there is none. */
export function findMask(path: string, { given }: GivenPhoto): string {
  if (!existsSync(path)) throw new UsageError(`--mask ${path}: there is no such file or folder`);
  const own = withoutEnding(given);
  const found = statSync(path).isDirectory() ? findByName(join(path, own)) : path;
  if (!found) throw new UsageError(`--mask ${path}: holds no mask for ${own}, such as ${join(path, own)}.png`);
  // What is no file may never come to its end.
  if (!statSync(found).isFile()) throw new UsageError(`--mask ${found}: is no regular file`);
  return found;
}

/** The image of a path without its ending, PNG first. */
function findByName(path: string): string | undefined {
  const folder = dirname(path);
  if (!existsSync(folder)) return undefined;
  const names = readdirSync(folder).filter((name) => withoutEnding(name).normalize() === basename(path).normalize());
  const byEnding = new Map(names.map((name) => [extname(name).toLowerCase(), join(folder, name)]));
  return [...imageEndings].map((ending) => byEnding.get(ending)).find((file) => file && existsSync(file));
}
