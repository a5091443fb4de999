import {
  createMasking,
  createSampledTransform,
  drawPixelMask,
  type LabelledImages,
  type LinearOperator,
  listPhotos,
  openLabelledSource,
  openPatchSource,
  readCifar10,
} from "ddpm-dip/data";
import { cifar10Folder, openStream, type RandomStream, tf } from "ddpm-dip/runtime";
import { readPhotos } from "../imageSource";
import { fillWithMean } from "../measurement";
import type { SpecOf } from "../spec";

export type PriorTrainingSpec = SpecOf<"prior-training">;

/** Images of a training and what was measured of them. All tensors are the caller's. */
export interface DegradedImages {
  /** [count, size, size, 3] in [0, 1]. */
  clean: tf.Tensor4D;
  /** [count, size, size, 1]: ones where a pixel is known, or a value of the spectrum. */
  mask: tf.Tensor4D;
  /** The known pixels, and in the others the mean colour of the known; of a spectrum A^+ y. */
  given: tf.Tensor4D;
  /** What measures as many of the images as it is given masks of them; the caller's. */
  open: (mask: tf.Tensor4D) => LinearOperator;
}

/** Draws the images that are trained on and those that are validated on: other ones, of CIFAR-10's test part or of the tune photos. */
export async function drawImages(
  spec: PriorTrainingSpec,
): Promise<{ training: DegradedImages; validation: DegradedImages }> {
  const { data, seeds, size, keep, of } = spec;
  const open = (mask: tf.Tensor4D) =>
    of ? createSampledTransform(mask, of, openStream(seeds.data, "data", "signs")) : createMasking(mask);
  const draw = async (part: "training" | "validation", count: number) => {
    const random = openStream(seeds.data, "data", part);
    const isTraining = part === "training";
    const clean =
      data.set === "cifar10"
        ? (await drawCifar10(isTraining ? "train" : "test", count, random)).images
        : await drawPhotoPatches(isTraining ? "train" : "tune", count, size, random);
    const masks = Array.from({ length: count }, (_, i) => drawPixelMask(size, size, keep, random.child(`mask ${i}`)));
    const mask = tf.concat(masks) as tf.Tensor4D;
    tf.dispose(masks);
    const operator = open(mask);
    const given = tf.tidy(() => {
      const measured = operator.measure(clean);
      return of ? operator.backProject(measured) : fillWithMean(measured, mask);
    });
    operator.dispose();
    return { clean, mask, given, open };
  };
  return {
    training: await draw("training", data.count),
    validation: await draw("validation", data.validation),
  };
}

/** Patches of the embedded photos of a side, in random order. */
export async function drawPhotoPatches(
  side: "train" | "tune",
  batch: number,
  size: number,
  random: RandomStream,
): Promise<tf.Tensor4D> {
  const photos = await readPhotos(listPhotos(side));
  const { images } = openPatchSource(photos, { batch, size }, random).next(0);
  tf.dispose(photos);
  return images;
}

/** Images of CIFAR-10 with their classes, in random order; the caller's. */
export const drawCifar10 = async (part: "train" | "test", batch: number, random: RandomStream) =>
  openLabelledSource(await readCifar10Once(part), { batch }, random).next(0);

const cifar10: { train?: Promise<LabelledImages>; test?: Promise<LabelledImages> } = {};

/** CIFAR-10, read once a process: fifty thousand small files take their time. The images stay the process's. */
export function readCifar10Once(part: "train" | "test"): Promise<LabelledImages> {
  const images = cifar10[part] ?? readCifar10(cifar10Folder(), part);
  cifar10[part] = images;
  return images;
}
