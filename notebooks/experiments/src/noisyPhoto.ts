import { encodePng } from "ddpm-dip/data";
import { dataUri, type tf } from "ddpm-dip/runtime";

/** A clean photo, for metrics only, and its noisy version, which is all that a method sees. */
export interface NoisyPhoto {
  clean: tf.Tensor4D;
  noisy: tf.Tensor4D;
}

/** The image as a data URI, for a record. */
export async function toDataUri(image: tf.Tensor4D): Promise<string> {
  return dataUri(await encodePng(image));
}
