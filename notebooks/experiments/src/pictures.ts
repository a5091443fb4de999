import { cropImage, readImage } from "ddpm-dip/data";
import { addNoise, alphaBarAt, fromModelRange, type NoiseSchedule, toModelRange } from "ddpm-dip/ddpm";
import { bandErrors } from "ddpm-dip/metrics";
import { bytesOfUri, openStream, tf } from "ddpm-dip/runtime";
import { toDataUri } from "./noisyCrop";
import { owning } from "./owning";

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
export const cutPicture = (source: string, { left, top, side }: { left: number; top: number; side: number }) =>
  owning(async (own) => {
    const image = own(await readImage(bytesOfUri(source)));
    return toDataUri(own(cropImage(image, { left, top, width: side, height: side })));
  });

/** How far a stored picture is from another, as grey: black where they agree, white from this difference on (image units). */
export const errorPicture = (source: string, clean: string, white = 0.2) =>
  owning(async (own) => {
    const [one, other] = [own(await readImage(bytesOfUri(source))), own(await readImage(bytesOfUri(clean)))];
    const error = tf.tidy(() => {
      const grey = one.sub(other).abs().mean(3, true).div(white).clipByValue(0, 1);
      return grey.tile([1, 1, 1, 3]) as tf.Tensor4D;
    });
    return toDataUri(own(error));
  });

/** The squared error of a stored picture by spatial frequency, the lowest first: `metrics.bandErrors`. */
export const pictureBands = (source: string, clean: string) =>
  owning(async (own) => bandErrors(own(await readImage(bytesOfUri(source))), own(await readImage(bytesOfUri(clean)))));
