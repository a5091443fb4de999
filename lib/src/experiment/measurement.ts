import { existsSync } from "node:fs";
import { join } from "node:path";
import {
  addGaussianNoise,
  downsample,
  drawHoleMask,
  drawPixelMask,
  readImage,
  readMask,
  readPhoto,
  readTextMask,
  resizeImage,
} from "../data";
import { openStream, paperImagesFolder, tf } from "../runtime";
import type { SpecOf } from "./spec";

type TaskSpec = SpecOf<"dip-task">;
type Inpainting = Extract<TaskSpec["task"], { kind: "inpaint" }>;

/** What was measured of an image. A method is given `target` and `measure`; the rest is for those who judge it. */
export interface Measurement {
  clean: tf.Tensor4D;
  target: tf.Tensor4D;
  measure(image: tf.Tensor4D): tf.Tensor4D;
  /** The measurement as one would show it, in the clean image's size; what a method should beat. */
  plain: tf.Tensor4D;
  /** Ones where the image was measured; for inpainting only. */
  mask?: tf.Tensor4D;
  dispose(): void;
}

/** @throws Error naming the file when the image is not there. */
export function paperImage(name: string): string {
  const file = join(paperImagesFolder(), name);
  if (existsSync(file)) return file;
  throw new Error(
    `the image ${name} of the Deep Image Prior's paper is not in ${paperImagesFolder()}; ` +
      "set DDPM_DIP_PAPER_IMAGES to the folder that holds it",
  );
}

/** Reads the image of a task and measures it. @throws Error when the image or the mask cannot be read. */
export async function openMeasurement(spec: TaskSpec): Promise<Measurement> {
  const { image, size, channels, task, seeds } = spec;
  const options = { size, channels };
  const clean =
    image.from === "photos" ? await readPhoto(image.name, options) : await readImage(paperImage(image.name), options);
  const random = openStream(seeds.noise, "noise");
  if (task.kind === "denoise") {
    const target = tf.tidy(() => {
      const noisy = addGaussianNoise(clean, task.sigma, random);
      return task.clip ? tf.clipByValue(noisy, 0, 1) : noisy;
    }) as tf.Tensor4D;
    return own({ clean, target, plain: target.clone(), measure: (x) => x });
  }
  if (task.kind === "super-resolve") {
    const target = downsample(clean, task);
    const plain = await resizeImage(target, size, size, { kernel: "cubic" });
    return own({ clean, target, plain, measure: (x) => downsample(x, task) });
  }
  const drawn = await openMask(task, spec);
  // A variable, so that it may stand in a recorded step.
  const mask = tf.variable(drawn, false) as tf.Tensor4D;
  drawn.dispose();
  return own({
    clean,
    mask,
    target: clean.mul<tf.Tensor4D>(mask),
    plain: fillWithMean(clean, mask),
    measure: (x) => x.mul<tf.Tensor4D>(mask),
  });
}

async function openMask({ mask }: Inpainting, { size, seeds }: TaskSpec): Promise<tf.Tensor4D> {
  switch (mask.kind) {
    case "pixels":
      return drawPixelMask(size, size, mask.keep, openStream(seeds.noise, "data", "mask"));
    case "hole":
      return drawHoleMask(size, size, mask.share);
    case "text":
      return readTextMask(size);
    case "paper":
      return readMask(paperImage(mask.name), { size });
  }
}

/** Known pixels, and in the others the mean colour of the known. */
function fillWithMean(image: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const mean = image.mul(mask).sum([1, 2], true).div(mask.sum());
    return image.mul<tf.Tensor4D>(mask).add<tf.Tensor4D>(mean.mul(tf.sub(1, mask)));
  });
}

function own(parts: Omit<Measurement, "dispose">): Measurement {
  const { clean, target, plain, mask } = parts;
  return { ...parts, dispose: () => tf.dispose([clean, target, plain, ...(mask ? [mask] : [])]) };
}
