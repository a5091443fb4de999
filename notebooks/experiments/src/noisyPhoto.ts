import { addGaussianNoise, addPoissonNoise, encodePng, readPhoto } from "ddpm-dip/data";
import { openStream, tf } from "ddpm-dip/runtime";
import type { SpecOf } from "./spec";

type NoiseSpec = Pick<SpecOf<"league">, "noise"> & { seeds: { noise: number } };

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

/** A photo with the noise that a spec names. The caller's. */
export function makeNoisy(clean: tf.Tensor4D, { noise, seeds }: NoiseSpec): tf.Tensor4D {
  const random = openStream(seeds.noise, "noise");
  return noise.kind === "gaussian"
    ? addGaussianNoise(clean, noise.sigma, random)
    : addPoissonNoise(clean, noise.peak, random);
}

/** The noise's standard deviation; of Poisson noise the root of its mean variance, read from the noisy image. */
export function noiseLevel(noisy: tf.Tensor4D, { noise }: Pick<NoiseSpec, "noise">): number {
  if (noise.kind === "gaussian") return noise.sigma;
  return tf.tidy(() => Math.sqrt(Math.max(0, noisy.mean().dataSync()[0] as number) / noise.peak));
}

/** The image as a data URI, for a record. */
export async function toDataUri(image: tf.Tensor4D): Promise<string> {
  return `data:image/png;base64,${(await encodePng(image)).toString("base64")}`;
}
