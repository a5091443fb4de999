import { existsSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readCheckpoint, type tf, writeCheckpoint } from "../runtime";
import { whyOf } from "../runtime/whyOf";
import { stateFolder } from "./results";

export const costsSchema = z.object({
  /** Estimated mean squared error, squared image units. */
  risk: z.number(),
  seconds: z.number(),
  iterations: z.number(),
  evaluations: z.number(),
  reasons: z.array(z.string()),
});

/** A restored tile or photo and how it came about; the image is its owner's. */
export type Version = z.infer<typeof costsSchema> & { image: tf.Tensor4D };

/** The finished tiles of one photo, kept until the photo is finished. */
export type TileStore = ReturnType<typeof openTileStore>;

const tilesFolder = (out: string) => join(out, stateFolder, "tiles");

export function removeTiles(out: string): void {
  rmSync(tilesFolder(out), { recursive: true, force: true });
}

/**
 * @param out the folder of the results. @param key hash of the photo and the settings, so that no other photo finds the tiles.
 * @param onDamage is told of a tile that is not what was written; it is to be computed anew.
 */
export function openTileStore(out: string, key: string, onDamage: (text: string) => void) {
  const own = join(tilesFolder(out), key);
  const fileOf = (index: number) => join(own, `${index}.safetensors`);
  return {
    /** The tile, the caller's, or undefined where it has not been finished or is not what was written. */
    read(index: number): Version | undefined {
      const file = fileOf(index);
      if (!existsSync(file)) return undefined;
      try {
        const { tensors, metadata } = readCheckpoint(file);
        const image = tensors.restored as tf.Tensor4D;
        return { ...costsSchema.parse(JSON.parse(metadata.restored ?? "null")), image };
      } catch (error) {
        onDamage(`${whyOf(error)}; the tile is computed anew`);
        return undefined;
      }
    },
    async write(index: number, { image, ...costs }: Version): Promise<void> {
      mkdirSync(own, { recursive: true });
      const metadata = { restored: JSON.stringify(costs) };
      await writeCheckpoint(fileOf(index), { tensors: { restored: image }, metadata });
    },
    clear: (): void => rmSync(own, { recursive: true, force: true }),
  };
}
