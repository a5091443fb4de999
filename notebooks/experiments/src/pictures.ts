import { cropImage, readImage } from "ddpm-dip/data";
import { addNoise, alphaBarAt, fromModelRange, type NoiseSchedule, toModelRange } from "ddpm-dip/ddpm";
import { bandErrors } from "ddpm-dip/metrics";
import { bytesOfUri, openStream, tf } from "ddpm-dip/runtime";
import { toDataUri } from "./noisyCrop";

/** The standard deviation of the noise that a step stands for, of 255: a photo with that noise is a sample of the step, scaled. */
export function noiseOfStep(schedule: NoiseSchedule, t: number): number {
  const alphaBar = alphaBarAt(schedule, t);
  return (255 / 2) * Math.sqrt((1 - alphaBar) / alphaBar);
}

/** A photo at steps of the forward process, all with the same noise, as pictures with the step's noise level (cut to [0, 1]). */
export async function forwardPictures(
  schedule: NoiseSchedule,
  photo: tf.Tensor4D,
  steps: readonly number[],
): Promise<{ source: string; label: string }[]> {
  const pictures: { source: string; label: string }[] = [];
  for (const t of steps) {
    const noisy = tf.tidy(() => {
      const noise = openStream(1, "noise").normal(photo.shape) as tf.Tensor4D;
      return fromModelRange(addNoise(schedule, toModelRange(photo), noise, t));
    });
    pictures.push({
      source: await toDataUri(noisy),
      label: `t = ${t}<br>sigma ${noiseOfStep(schedule, t).toFixed(0)}`,
    });
    noisy.dispose();
  }
  return pictures;
}

/** A part of a stored picture: the square of this side with its corner there, pixels. @throws RangeError when it is not in the picture. */
export async function cutPicture(
  source: string,
  { left, top, side }: { left: number; top: number; side: number },
): Promise<string> {
  return transform([source], ([image]) => cropImage(image as tf.Tensor4D, { left, top, width: side, height: side }));
}

/** How far a stored picture is from another, as grey: black where they agree, white from this difference on (image units). */
export async function errorPicture(source: string, clean: string, white = 0.2): Promise<string> {
  return transform([source, clean], ([one, other]) =>
    tf.tidy(() => {
      const error = (one as tf.Tensor4D).sub(other as tf.Tensor4D).abs();
      return error.mean<tf.Tensor4D>(3, true).div(white).clipByValue(0, 1).tile([1, 1, 1, 3]) as tf.Tensor4D;
    }),
  );
}

/** The squared error of a stored picture by spatial frequency, the lowest first: `metrics.bandErrors`. */
export async function pictureBands(source: string, clean: string): Promise<number[]> {
  return withPictures([source, clean], async ([one, other]) => bandErrors(one as tf.Tensor4D, other as tf.Tensor4D));
}

async function transform(sources: string[], make: (images: tf.Tensor4D[]) => tf.Tensor4D): Promise<string> {
  return withPictures(sources, async (images) => {
    const made = make(images);
    try {
      return await toDataUri(made);
    } finally {
      made.dispose();
    }
  });
}

async function withPictures<T>(sources: string[], use: (images: tf.Tensor4D[]) => Promise<T>): Promise<T> {
  const images: tf.Tensor4D[] = [];
  try {
    for (const source of sources) {
      images.push(await readImage(bytesOfUri(source)));
    }
    return await use(images);
  } finally {
    tf.dispose(images);
  }
}
