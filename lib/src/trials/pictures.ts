import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import sharp from "sharp";
import { bytesOfUri, dataUri } from "../runtime/dataUri";
import { sha256 } from "../runtime/digest";
import { partName, writeWhole } from "../runtime/writeWhole";
import { namesIn } from "./namesIn";
import type { TrialResult } from "./record";

export function shortDigest(content: string | Uint8Array): string {
  return sha256(content).slice(0, 16);
}

const picturesFolder = (folder: string): string => join(folder, "pictures");
const fileOf = (folder: string, digest: string) => join(picturesFolder(folder), `${digest}.png`);

/** Reads a picture of a store as a data URI. @throws Error naming the file when it is not there or is not what its name says. */
export function readPicture(folder: string, digest: string): string {
  const file = fileOf(folder, digest);
  const content = readFileSync(file);
  if (shortDigest(content) !== digest) throw new Error(`the picture ${file} does not match its digest`);
  return dataUri(content);
}

/** The same pixels in a smaller file, where there is one: filters chosen row by row took a quarter less. */
async function compress(content: Buffer): Promise<Buffer> {
  const image = sharp(content);
  // Of more than eight bits it would keep eight.
  if ((await image.metadata()).depth !== "uchar") return content;
  const smaller = await image.png({ compressionLevel: 9, adaptiveFiltering: true }).toBuffer();
  return smaller.length < content.length ? smaller : content;
}

/** Stores a picture under its digest, once. @param source a data URI. @returns the digest. */
export async function writePicture(folder: string, source: string): Promise<string> {
  const content = await compress(bytesOfUri(source));
  const digest = shortDigest(content);
  if (!isWhole(folder, digest)) {
    mkdirSync(picturesFolder(folder), { recursive: true });
    await writeWhole(fileOf(folder, digest), content);
  }
  return digest;
}

/** The digests that files among the pictures are named by. A file that is called otherwise is someone else's. */
export function listDigests(folder: string): string[] {
  const digests = namesIn(picturesFolder(folder), ".png").map((name) => basename(name, ".png"));
  return digests.filter((digest) => /^[0-9a-f]{16}$/.test(digest));
}

function isWhole(folder: string, digest: string): boolean {
  try {
    readPicture(folder, digest);
    return true;
  } catch {
    return false;
  }
}

/** Removes pictures that are not to stay, and what stopped writes have left; no file that the store has not written. */
export function removePictures(folder: string, stays: (digest: string) => boolean): void {
  const leaving = listDigests(folder).filter((digest) => !stays(digest) && isWhole(folder, digest));
  for (const digest of leaving) rmSync(fileOf(folder, digest));
  removeParts(picturesFolder(folder));
}

export function removeParts(folder: string): void {
  for (const name of namesIn(folder, ".part").filter((one) => partName.test(one))) rmSync(join(folder, name));
}

/** The pictures of a record as they are written: null for one that was left out. */
export function listPictures(images: TrialResult["images"]): [name: string, source: string | null][] {
  return Object.getOwnPropertyNames(images).map((name) => [
    name,
    Object.getOwnPropertyDescriptor(images, name)?.value ?? null,
  ]);
}

/** The pictures of a record as they are read: one that was left out is not among the keys, and asking for it throws. */
export function openPictures(key: string, pictures: Record<string, string | null>): TrialResult["images"] {
  const images: TrialResult["images"] = {};
  for (const [name, source] of Object.entries(pictures)) {
    if (source !== null) images[name] = source;
    else
      Object.defineProperty(images, name, {
        get() {
          throw new Error(
            `the picture "${name}" of ${key} was not kept when its trial was packed, as no notebook shows it: ` +
              "compute the trial anew, with DDPM_DIP_FRESH=1 or by trials.runLive(spec)",
          );
        },
      });
  }
  return images;
}
