import { openStream, type RandomStream } from "../runtime";

/**
 * The noise of an image and a seed: the same whenever both are, and independent of that of every other image and every other
 * seed. (Drawn by the seed alone, images of one size would all have the same noise.)
 * @param image where it is from and its name there.
 */
export function openImageNoise(image: { from: string; name: string }, seed: number): RandomStream {
  return openStream(seed, "noise").child(`${image.from}/${image.name}`);
}
