import {
  type BatchSource,
  cropCentre,
  describeCifar10,
  drawDeadLeaves,
  listPhotos,
  openBsd400,
  openLabelledSource,
  openPatchSource,
  readCifar10,
  readImage,
  resizeImage,
} from "ddpm-dip/data";
import { openStream, tf } from "ddpm-dip/runtime";
import { readPhotos } from "../imageSource";
import type { TrainingSpec } from "./spec";

/** What a training draws from, and the images that it is validated on, which it never draws. */
export interface TrainingData {
  source: BatchSource;
  /** [count, height, width, channels] in [0, 1], owned by the caller. */
  validation: tf.Tensor4D;
  description: string;
  licence: string;
}

const validationCount = 128;

/**
 * Opens the data of a training. @param folder of CIFAR-10 or BSD400, where it is trained on that.
 * @throws Error when CIFAR-10 is asked for without a folder, or the data cannot be read.
 */
export async function openTrainingData(spec: TrainingSpec, folder?: string): Promise<TrainingData> {
  const random = openStream(spec.seeds.data, "data");
  const { batch, size } = spec;
  if (spec.data.kind === "cifar10") {
    if (!folder) throw new Error("CIFAR-10 is not part of this project: name the folder that it is in");
    const train = await readCifar10(folder, "train");
    const test = await readCifar10(folder, "test");
    // The files are in the order of their classes.
    const held = openLabelledSource(test, { batch: validationCount }, random.child("validation")).next(0);
    const source = openLabelledSource(train, { batch }, random);
    tf.dispose([train.images, test.images]);
    return {
      source,
      validation: held.images,
      description: `${describeCifar10(folder)}, its ${train.labels.length.toLocaleString("en")} training images, mirrored by half; validated on test images`,
      licence: "CIFAR-10 (Krizhevsky 2009) has no licence text; it is collected from the web for research",
    };
  }
  if (spec.data.kind === "bsd400") return openBsd400Training(spec, spec.data.scales, folder);
  const { scales, deadLeaves } = spec.data;
  const photos = await readScaled(listPhotos("train"), scales, size);
  const leaves = Array.from({ length: deadLeaves }, (_, index) => drawDeadLeaves(256, random, index));
  const source = openPatchSource([...photos, ...leaves], { batch, size }, random);
  const others = await readScaled(listPhotos("tune"), scales.slice(0, 3), size);
  const apart = openStream(spec.seeds.data, "data", "validation");
  const held = openPatchSource(others, { batch: validationCount, size }, apart);
  tf.dispose([...photos, ...leaves, ...others]);
  return {
    source,
    validation: held.next(0).images,
    description:
      `${listPhotos("train").length} embedded photos (${listPhotos("train").join(", ")}) at ${scales.length} sizes, ` +
      `${deadLeaves} generated pictures of dead leaves; validated on patches of the tune photos`,
    licence: "the photos' licences are in data/photos; the generated pictures are this project's",
  };
}

/** Side of the crops that a prior for whole photos is validated on: that of the test crops. */
const validationSide = 128;

async function openBsd400Training(
  { batch, size, seeds }: TrainingSpec,
  scales: readonly number[],
  place?: string,
): Promise<TrainingData> {
  const { train, tune } = await openBsd400(place);
  const photos: tf.Tensor4D[] = [];
  for (const file of train) {
    const photo = await readImage(file);
    const [, height, width] = photo.shape;
    for (const scale of scales) {
      const [wide, tall] = [Math.round(width * scale), Math.round(height * scale)];
      photos.push(scale === 1 ? photo.clone() : await resizeImage(photo, wide, tall));
    }
    photo.dispose();
  }
  photos.push(...(await readPhotos(listPhotos("train"))));
  const source = openPatchSource(photos, { batch, size, mixColours: false }, openStream(seeds.data, "data"));
  tf.dispose(photos);
  const crops: tf.Tensor4D[] = [];
  for (const file of tune) {
    const photo = await readImage(file);
    crops.push(cropCentre(photo, validationSide));
    photo.dispose();
  }
  const validation = tf.concat(crops) as tf.Tensor4D;
  tf.dispose(crops);
  return {
    source,
    validation,
    description:
      `392 of the 400 images of BSDS500's folders train and test at ${scales.join(" and ")} of their size, and ` +
      `${listPhotos("train").length} embedded photos; validated on the ${validationSide}x${validationSide} centres of the other 8`,
    licence:
      "BSDS500 (Arbelaez et al. 2011) is for non-commercial research and education; the photos' licences are in data/photos",
  };
}

/** Each photo at each shorter side that does not enlarge it and holds a patch. */
async function readScaled(names: string[], sides: readonly number[], size: number): Promise<tf.Tensor4D[]> {
  const scaled: tf.Tensor4D[] = [];
  for (const photo of await readPhotos(names)) {
    const [, height, width] = photo.shape;
    const least = Math.min(height, width);
    for (const side of sides.filter((one) => one <= least && one >= size)) {
      const [wide, tall] = [width, height].map((own) => Math.round((own * side) / least)) as [number, number];
      scaled.push(await resizeImage(photo, wide, tall));
    }
    photo.dispose();
  }
  return scaled;
}
