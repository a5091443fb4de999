import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readCheckpoint, type tf, writeCheckpoint } from "../runtime";
import type { Version } from "./tileMethod";

/** The finished tiles of one photo, kept until the photo is finished. */
export interface TileStore {
  /** A tile's versions, the caller's, or undefined where it has not been finished or its file is damaged. */
  read(index: number): Record<string, Version> | undefined;
  write(index: number, versions: Record<string, Version>): Promise<void>;
  clear(): void;
}

/** @param folder of the results. @param key hash of the photo and the settings, so that no other photo finds the tiles. */
export function openTileStore(folder: string, key: string): TileStore {
  const own = join(folder, ".tiles", key);
  const fileOf = (index: number) => join(own, `${index}.safetensors`);
  return {
    read(index) {
      if (!existsSync(fileOf(index))) return undefined;
      try {
        const { tensors, metadata } = readCheckpoint(fileOf(index));
        return Object.fromEntries(
          Object.entries(tensors).map(([name, image]) => {
            const { risk, ...rest } = JSON.parse(metadata[name] as string);
            return [name, { ...rest, risk: risk ?? Number.NaN, image: image as tf.Tensor4D } as Version];
          }),
        );
      } catch {
        return undefined;
      }
    },
    async write(index, versions) {
      mkdirSync(own, { recursive: true });
      const entries = Object.entries(versions);
      await writeCheckpoint(fileOf(index), {
        tensors: Object.fromEntries(entries.map(([name, { image }]) => [name, image])),
        metadata: Object.fromEntries(entries.map(([name, { image: _, ...rest }]) => [name, JSON.stringify(rest)])),
      });
    },
    clear() {
      rmSync(own, { recursive: true, force: true });
      const above = join(folder, ".tiles");
      if (existsSync(above) && readdirSync(above).length === 0) rmdirSync(above);
    },
  };
}
