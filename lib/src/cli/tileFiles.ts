import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "../trials/namesIn";
import { removeParts } from "../trials/pictures";
import { stateFolder } from "./results";

const tilesFolder = (out: string) => join(out, stateFolder, "tiles");

/** The folder of a photo's finished tiles. @param key of the photo and the settings. */
export const tileFolder = (out: string, key: string): string => join(tilesFolder(out), key);

const tileName = /^(\d+)-[0-9a-f]{32}\.safetensors$/;

/** The names of the files of a tile, or of all. */
export function listTiles(folder: string, index?: number): string[] {
  return namesIn(folder, ".safetensors").filter((name) => {
    const of = tileName.exec(name)?.[1];
    return of !== undefined && (index === undefined || of === String(index));
  });
}

/** Removes finished tiles of a photo, or of all. What is not called as a tile is someone else's, and stays. */
export function removeTiles(out: string, key?: string): void {
  const above = tilesFolder(out);
  if (!existsSync(above)) return;
  const keys = readdirSync(above, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && (key === undefined || entry.name === key))
    .map((entry) => join(above, entry.name));
  for (const folder of keys) {
    for (const name of listTiles(folder)) rmSync(join(folder, name));
    removeParts(folder);
    removeEmpty(folder);
  }
  removeEmpty(above);
}

function removeEmpty(folder: string): void {
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
