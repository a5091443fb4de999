import { addNoise, alphaBarAt, fromModelRange, type NoiseSchedule, toModelRange } from "ddpm-dip/ddpm";
import { openStream, tf } from "ddpm-dip/runtime";
import { toDataUri } from "./noisyPhoto";

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
