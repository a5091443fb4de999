import { existsSync } from "node:fs";
import { join } from "node:path";
import { type ReadImageOptions, readImage, readPhoto } from "../data";
import { paperImagesFolder, set14Folder, tf } from "../runtime";
import type { SpecOf } from "./spec";

/** Where an image comes from and what it is called there. */
export type ImageSource = SpecOf<"dip-task">["image"];

/** @throws Error naming the file when the image is not there. */
export function paperImage(name: string): string {
  return findImage(name, {
    folder: paperImagesFolder(),
    of: "the Deep Image Prior's paper",
    variable: "DDPM_DIP_PAPER_IMAGES",
  });
}

function findImage(name: string, { folder, of, variable }: { folder: string; of: string; variable: string }): string {
  const file = join(folder, name);
  if (existsSync(file)) return file;
  throw new Error(`the image ${name} of ${of} is not in ${folder}; set ${variable} to the folder that holds it`);
}

/**
 * Reads an image by its source as a square of a size: embedded photos and the paper's are brought to it, of Set14 the centre is
 * cut out pixel for pixel.
 * @returns [1, size, size, channels] in [0, 1], the caller's.
 * @throws Error naming the file when it is not there or no image; RangeError when an image of Set14 is smaller than the size.
 */
export async function readSource(
  { from, name }: ImageSource,
  { size, channels = 3 }: Required<Pick<ReadImageOptions, "size">> & ReadImageOptions,
): Promise<tf.Tensor4D> {
  switch (from) {
    case "photos":
      return readPhoto(name, { size, channels });
    case "paper":
      return readImage(paperImage(name), { size, channels });
    case "set14": {
      const file = findImage(`${name}.png`, { folder: set14Folder(), of: "Set14", variable: "DDPM_DIP_SET14" });
      return cutCentre(await readImage(file, { channels }), name, size);
    }
  }
}

/** The square in the middle of an image, which is given back. */
function cutCentre(image: tf.Tensor4D, name: string, size: number): tf.Tensor4D {
  const [, height, width] = image.shape;
  try {
    if (Math.min(height, width) < size) {
      throw new RangeError(`size: got ${size}, want at most ${Math.min(height, width)}, the shorter side of ${name}`);
    }
    const [top, left] = [(height - size) / 2, (width - size) / 2].map(Math.floor) as [number, number];
    return tf.slice(image, [0, top, left, 0], [1, size, size, -1]);
  } finally {
    image.dispose();
  }
}
