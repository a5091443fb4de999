import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { decodeSafetensors, encodeSafetensors, type tf } from "../runtime";
import { sha256 } from "../runtime/digest";
import { whyOf } from "../runtime/whyOf";
import { writeWhole } from "../runtime/writeWhole";
import { keyOf } from "./sealed";
import { listTiles, removeTiles, tileFolder } from "./tileFiles";
import type { Version } from "./tileMethod";

/** The finished tiles of one photo, kept until the photo is finished. */
export interface TileStore {
  /** A restored tile, the caller's, or undefined where it has not been finished or is not what was written. */
  read(index: number): Version | undefined;
  write(index: number, restored: Version): Promise<void>;
  clear(): void;
}

const costsSchema = z.object({
  risk: z.number(),
  seconds: z.number(),
  iterations: z.number(),
  evaluations: z.number(),
  reasons: z.array(z.string()),
});

/**
 * @param folder of the results. @param key hash of the photo and the settings, so that no other photo finds the tiles.
 * @param onDamage is told of a tile that is not what was written; it goes, and is to be computed anew.
 */
export function openTileStore(folder: string, key: string, onDamage: (text: string) => void = () => {}): TileStore {
  const own = tileFolder(folder, key);
  /** It ends with a digest of all that the file holds and of the place that it belongs to. */
  const nameOf = (index: number, bytes: Uint8Array) =>
    `${index}-${keyOf({ key, index, content: sha256(bytes) })}.safetensors`;
  return {
    read(index) {
      for (const name of listTiles(own, index)) {
        const file = join(own, name);
        try {
          const bytes = readFileSync(file);
          if (name !== nameOf(index, bytes))
            throw new Error(`${file} is damaged: its content does not match its digest`);
          return readTile(bytes, file);
        } catch (error) {
          onDamage(`${whyOf(error)}; the tile is computed anew`);
          rmSync(file, { force: true });
        }
      }
      return undefined;
    },
    async write(index, { image, ...costs }) {
      mkdirSync(own, { recursive: true });
      const bytes = encodeSafetensors({ tensors: { restored: image }, metadata: { restored: JSON.stringify(costs) } });
      await writeWhole(join(own, nameOf(index, bytes)), bytes);
    },
    clear: () => removeTiles(folder, key),
  };
}

function readTile(bytes: Buffer, file: string): Version {
  const { tensors, metadata } = decodeSafetensors(bytes, file);
  return { ...costsSchema.parse(JSON.parse(metadata.restored ?? "null")), image: tensors.restored as tf.Tensor4D };
}
