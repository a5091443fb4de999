import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { extract } from "tar";
import { bsd400Place, cacheFolder, sha256, whyOf } from "../runtime";
import { listImageFolder } from "./imageFolder";

/** The files of BSD400: 392 to train on, and 8 to choose settings on, every fiftieth of all, from the first. */
export type Bsd400 = Record<"train" | "tune", string[]>;

const images = 400;
const tuneEvery = 50;

/**
 * Opens BSD400: the images of the folders `train` and `test` of the Berkeley Segmentation Data Set 500 (Arbelaez et al. 2011),
 * which are the usual training set of denoisers that are tested on its folder `val` (CBSD68). Those of `val` are passed over
 * where they lie beside. An archive is unpacked once, into .runtime/data.
 * @param place a .tar of the two folders, or a folder that holds them at any depth; the variable DDPM_DIP_BSD400, or the
 *   archive beside the project, when left out.
 * @returns absolute paths, sorted by the path below the archive's top.
 * @throws Error naming the place and where the images can be had, when it is not there, cannot be unpacked or has not 400 images.
 */
export async function openBsd400(place = bsd400Place(), { cache = cacheFolder() } = {}): Promise<Bsd400> {
  if (!existsSync(place)) throw new Error(`BSD400 is not there: there is no ${place}; ${advice}`);
  const folder = statSync(place).isDirectory() ? place : await unpackOnce(place, cache);
  const files = listImageFolder(folder)
    .map(({ file }) => file)
    .filter((file) => isOfBsd400(relative(folder, file)));
  if (files.length !== images) {
    throw new Error(
      `BSD400: got ${files.length} images in folders train and test of ${place}, want ${images}; ${advice}`,
    );
  }
  return {
    train: files.filter((_, index) => index % tuneEvery !== 0),
    tune: files.filter((_, index) => index % tuneEvery === 0),
  };
}

const advice =
  "set DDPM_DIP_BSD400 to a folder with the folders train and test of the Berkeley Segmentation Data Set 500, or to a .tar of " +
  "them; it can be had from https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/resources.html";

function isOfBsd400(path: string): boolean {
  const folder = path.split(sep).at(-2) ?? "";
  return /\.jpe?g$/i.test(path) && (folder === "train" || folder === "test");
}

/** The folder that an archive is unpacked in, named by its content; it appears whole or not at all. */
async function unpackOnce(archive: string, cache: string): Promise<string> {
  const digest = sha256(readFileSync(archive)).slice(0, 16);
  const folder = join(cache, `bsd400-${digest}`);
  if (existsSync(folder)) return folder;
  const part = `${folder}.${process.pid}.${randomBytes(4).toString("hex")}.part`;
  mkdirSync(part, { recursive: true });
  try {
    await extract({ file: archive, cwd: part, strict: true, filter: (path) => /\.jpe?g$/i.test(path) });
    renameSync(part, folder);
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    // Another process may have been quicker.
    if (existsSync(folder)) return folder;
    throw new Error(`cannot unpack ${archive}: ${whyOf(error)}; ${advice}`);
  }
  return folder;
}
