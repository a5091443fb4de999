import { addGaussianNoise, encodePng, readPhoto } from "../data";
import { openStream, type tf } from "../runtime";

/** A clean photo, for metrics only, and its noisy version, which is all that a method sees. */
export interface NoisyPhoto {
  clean: tf.Tensor4D;
  noisy: tf.Tensor4D;
}

/** Reads an embedded photo and adds noise. Both tensors belong to the caller. */
export async function readNoisyPhoto(spec: {
  photo: string;
  size: number;
  sigma: number;
  seeds: { noise: number };
}): Promise<NoisyPhoto> {
  const clean = await readPhoto(spec.photo, { size: spec.size });
  return { clean, noisy: addGaussianNoise(clean, spec.sigma, openStream(spec.seeds.noise, "noise")) };
}

/** The image as a data URI, for a record. */
export async function toDataUri(image: tf.Tensor4D): Promise<string> {
  return `data:image/png;base64,${(await encodePng(image)).toString("base64")}`;
}
