import { existsSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { cropCentre, openBsd400, type ReadImageOptions, readImage, readPhoto } from "ddpm-dip/data";
import { cbsd68Folder, paperImagesFolder, set14Folder, type tf } from "ddpm-dip/runtime";
import type { DenoiserSpec, SpecOf } from "./spec";

/** Where an image comes from and what it is called there. */
export type ImageSource = SpecOf<"dip-task">["image"];

/** A side of the square in the middle of an image, pixels, or all of the image. */
export type Crop = DenoiserSpec["crop"];

/** Sets of images that are not part of the project: where each is, what it is called, and what names its folder. */
const elsewhere = {
  paper: { folder: paperImagesFolder, of: "the Deep Image Prior's paper", variable: "DDPM_DIP_PAPER_IMAGES", end: "" },
  set14: { folder: set14Folder, of: "Set14", variable: "DDPM_DIP_SET14", end: ".png" },
  cbsd68: { folder: cbsd68Folder, of: "CBSD68", variable: "DDPM_DIP_CBSD68", end: ".jpg" },
};

function findImage(from: keyof typeof elsewhere, name: string): string {
  const { folder, of, variable, end } = elsewhere[from];
  const file = join(folder(), `${name}${end}`);
  if (existsSync(file)) return file;
  throw new Error(
    `the image ${name}${end} of ${of} is not in ${folder()}; set ${variable} to the folder that holds it`,
  );
}

/** @throws Error naming the file when the image is not there. */
export const paperImage = (name: string): string => findImage("paper", name);

async function findTuneImage(name: string): Promise<string> {
  const { tune } = await openBsd400();
  const nameOf = (file: string) => basename(file, extname(file));
  const file = tune.find((one) => nameOf(one) === name);
  if (file) return file;
  throw new RangeError(`image: got "${name}" of bsd400-tune, want one of ${tune.map(nameOf).join(", ")}`);
}

/**
 * Reads an image by its source as a square of a size: embedded photos and the paper's are brought to it, others cut (`readCrop`).
 * @returns [1, size, size, channels] in [0, 1], the caller's. @throws as `readCrop`.
 */
export async function readSource(
  source: ImageSource,
  { size, channels = 3 }: Required<Pick<ReadImageOptions, "size">> & ReadImageOptions,
): Promise<tf.Tensor4D> {
  const isSquared = ["photos", "other", "paper"].includes(source.from);
  return isSquared ? readNatural(source, { size, channels }) : readCrop(source, size, { channels });
}

/**
 * Reads an image by its source in its natural size, pixel for pixel: the square in its middle, or all of it.
 * @returns [1, height, width, channels] in [0, 1], the caller's.
 * @throws Error naming the file when it is not there or no image; RangeError when the image is smaller than the square.
 */
export async function readCrop(
  source: ImageSource,
  crop: Crop,
  { channels = 3 }: Pick<ReadImageOptions, "channels"> = {},
): Promise<tf.Tensor4D> {
  const image = await readNatural(source, { channels });
  if (crop === "full") return image;
  const [, height, width] = image.shape;
  const shorter = Math.min(height, width);
  try {
    if (shorter < crop) {
      throw new RangeError(`size: got ${crop}, want at most ${shorter}, the shorter side of ${source.name}`);
    }
    return cropCentre(image, crop);
  } finally {
    image.dispose();
  }
}

/** Embedded photos by name, in their natural size or as a square; the caller's. */
export async function readPhotos(names: readonly string[], options: ReadImageOptions = {}): Promise<tf.Tensor4D[]> {
  const photos: tf.Tensor4D[] = [];
  for (const name of names) photos.push(await readPhoto(name, options));
  return photos;
}

async function readNatural({ from, name }: ImageSource, options: ReadImageOptions): Promise<tf.Tensor4D> {
  if (from === "photos" || from === "other") return readPhoto(name, options);
  return readImage(from === "bsd400-tune" ? await findTuneImage(name) : findImage(from, name), options);
}
