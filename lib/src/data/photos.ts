import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { dataFolder, type tf } from "../runtime";
import { type ReadImageOptions, readImage } from "./image";

const sides = ["train", "tune", "test", "other"] as const;

/** The sides of the division; no scene is on two but for some of "other", images that are no everyday photos. */
export type PhotoSide = (typeof sides)[number];

const divisionSchema = z.record(z.enum(sides), z.array(z.string()));

let division: z.infer<typeof divisionSchema> | undefined;

/** The names of the embedded photos of a side, as data/photos/division.json lists them. */
export function listPhotos(side: PhotoSide): string[] {
  division ??= divisionSchema.parse(JSON.parse(readFileSync(join(dataFolder(), "photos", "division.json"), "utf8")));
  return [...division[side]];
}

/**
 * Reads an embedded photo by its name.
 * @returns [1, height, width, channels] in [0, 1]. @throws RangeError naming the photos there are when it is none.
 */
export async function readPhoto(name: string, options: ReadImageOptions = {}): Promise<tf.Tensor4D> {
  const side = sides.find((candidate) => listPhotos(candidate).includes(name));
  if (!side) {
    const known = sides.flatMap(listPhotos);
    throw new RangeError(`photo: got "${name}", want one of ${known.join(", ")}`);
  }
  return readImage(join(dataFolder(), "photos", side, `${name}.png`), options);
}
