import {
  addGaussianNoise,
  createBlur,
  createDownsampling,
  createIdentity,
  createMasking,
  createSampledTransform,
  drawFrequencyMask,
  drawHoleMask,
  drawPixelMask,
  enlargeBicubic,
  type LinearOperator,
  readMask,
  readTextMask,
} from "ddpm-dip/data";
import { meanSquaredError, psnr } from "ddpm-dip/metrics";
import { openStream, tf } from "ddpm-dip/runtime";
import { paperImage, readSource } from "./imageSource";
import { openQuality } from "./readings";
import type { SpecOf } from "./spec";

/** What names an image, what is measured of it and by which seeds; trials of several methods have it. */
export type TaskSpec = Pick<SpecOf<"dip-task">, "image" | "size" | "channels" | "task"> & { seeds: { noise: number } };

/** What was measured of an image. A method is given `target`, `operator` and `sigma`; the rest is for those who measure it. */
export interface Measurement {
  clean: tf.Tensor4D;
  target: tf.Tensor4D;
  operator: LinearOperator;
  /** Standard deviation of the noise in the target, image units. */
  sigma: number;
  /** The measurement as one would show it, in the clean image's size; what a method should beat. */
  plain: tf.Tensor4D;
  /** Ones where the image was measured; for inpainting only. */
  mask?: tf.Tensor4D;
  /** Ones where the target holds a value that was measured: the mask, or that of a spectrum. */
  known?: tf.Tensor4D;
  dispose(): void;
}

/** Reads the image of a task and measures it. @throws Error when the image or the mask cannot be read. */
export async function openMeasurement(spec: TaskSpec): Promise<Measurement> {
  const { image, size, channels, task, seeds } = spec;
  const clean = await readSource(image, { size, channels });
  const { sigma = 0 } = task;
  const known = await openKnown(spec);
  const mask = task.kind === "inpaint" ? known : undefined;
  const operator = openOperator(spec, known);
  const target = tf.tidy(() => {
    const measured = operator.measure(clean);
    const noisy = sigma > 0 ? addGaussianNoise(measured, sigma, openStream(seeds.noise, "noise")) : measured;
    const seen = known ? noisy.mul<tf.Tensor4D>(known) : noisy;
    return task.kind === "denoise" && task.clip ? tf.clipByValue(seen, 0, 1) : seen;
  }) as tf.Tensor4D;
  const plain = showPlain(task, size, { target, operator, ...(mask && { mask }) });
  return {
    clean,
    target,
    operator,
    sigma,
    plain,
    ...(mask && { mask }),
    ...(known && { known }),
    dispose() {
      operator.dispose();
      tf.dispose([clean, target, plain, ...(known ? [known] : [])]);
    },
  };
}

function openOperator({ task, size, seeds }: TaskSpec, known?: tf.Tensor4D): LinearOperator {
  if (task.kind === "compressed-sensing" && known) {
    return createSampledTransform(known, task.of, openStream(seeds.noise, "data", "signs"));
  }
  if (known) return createMasking(known);
  if (task.kind === "deblur") return createBlur([size, size], task.blur);
  return task.kind === "super-resolve" ? createDownsampling([size, size], task.factor) : createIdentity();
}

function showPlain(
  task: TaskSpec["task"],
  size: number,
  { target, operator, mask }: Pick<Measurement, "target" | "operator" | "mask">,
): tf.Tensor4D {
  if (mask) return fillWithMean(target, mask);
  if (task.kind === "compressed-sensing") return operator.backProject(target);
  return task.kind === "super-resolve" ? enlargeBicubic(target, size, size) : target.clone();
}

async function openKnown(spec: TaskSpec): Promise<tf.Tensor4D | undefined> {
  const { task, size, seeds } = spec;
  const random = openStream(seeds.noise, "data", "mask");
  if (task.kind === "compressed-sensing") {
    const draw = task.of === "fourier" ? drawFrequencyMask : drawPixelMask;
    return draw(size, size, task.keep, random);
  }
  if (task.kind !== "inpaint") return undefined;
  const { mask } = task;
  switch (mask.kind) {
    case "pixels":
      return drawPixelMask(size, size, mask.keep, random);
    case "hole":
      return drawHoleMask(size, size, mask.share);
    case "text":
      return readTextMask(size);
    case "paper":
      return readMask(paperImage(mask.name), { size });
  }
}

/** Known pixels, and in the others the mean colour of the known. @param known with zeros where nothing is known. */
export function fillWithMean(known: tf.Tensor4D, mask: tf.Tensor4D): tf.Tensor4D {
  return tf.tidy(() => {
    const mean = known.sum([1, 2], true).div(mask.sum([1, 2], true));
    return known.add<tf.Tensor4D>(mean.mul(tf.sub(1, mask)));
  });
}

/** Quality of an image, by a measure of its own where one is given; of inpainting also where nothing was known, and with the known pixels put back. */
export function scoreImage(
  name: string,
  image: tf.Tensor4D,
  { clean, mask }: Measurement,
  measure = openQuality(clean),
): Record<string, number> {
  const quality = measure.of(image, `${name}.`);
  if (!mask) return quality;
  const joined = tf.tidy(() => clean.mul<tf.Tensor4D>(mask).add<tf.Tensor4D>(image.mul(tf.sub(1, mask))));
  const unknown = tf.tidy(() => tf.sub(1, mask).mean().dataSync()[0] as number);
  quality[`${name}.psnrUnknown`] = -10 * Math.log10(meanSquaredError(joined, clean) / unknown);
  quality[`${name}.psnrJoined`] = psnr(joined, clean);
  joined.dispose();
  return quality;
}
