import { linearRegression } from "simple-statistics";
import { defaultPatience, stopAtMinimum } from "./patience";
import { meanSquaredDifference, type StoppingRule } from "./rule";

/**
 * Self-referenced early stopping (Huang et al. 2026, arXiv 2605.25299): with two independent noisy copies of an image the
 * second would tell when the fit to the first begins to fit noise; with one copy, pseudo-references are made from that copy,
 * from its channels where it has colour (CSR-ES) and by masks where it is grey (MR-ES). No noise level is needed.
 * Only the abstract could be followed; this is our reading of it, not the authors' algorithm. Guessed is: a reference r whose
 * noise at a pixel is independent of the noise there in y, made of the mean of the pixel's other channels, fitted to the
 * channel by least squares over the image, or of the mean of its four neighbours; training unchanged; |f - r|^2 / d
 * followed to its minimum with the patience of the other criteria.
 * @param noisy y, in the order of the image tensor. @param options.from what a pixel is predicted from: its other channels, of colour
 *   images, or its neighbours.
 * @throws RangeError when channels are asked for of a grey image.
 */
export function stopAtSelfReference(
  noisy: Float32Array,
  [, height, width, channels]: readonly [number, number, number, number],
  { from }: { from: "channels" | "neighbours" },
): StoppingRule {
  if (from === "channels" && channels < 2) {
    throw new RangeError(
      `self-reference: got an image of ${channels} channel, want colour for a reference from channels`,
    );
  }
  const reference =
    from === "channels" ? referToChannels(noisy, channels) : referToNeighbours(noisy, [height, width, channels]);
  return stopAtMinimum("averagedOutput", (image) => meanSquaredDifference(image, reference), defaultPatience);
}

function referToChannels(noisy: Float32Array, channels: number): Float32Array {
  const reference = new Float32Array(noisy.length);
  const pixels = noisy.length / channels;
  for (let channel = 0; channel < channels; channel++) {
    const pairs = Array.from({ length: pixels }, (_, pixel): [number, number] => {
      let others = 0;
      for (let c = 0; c < channels; c++) if (c !== channel) others += noisy[pixel * channels + c] as number;
      return [others / (channels - 1), noisy[pixel * channels + channel] as number];
    });
    const { m, b } = linearRegression(pairs);
    pairs.forEach(([others], pixel) => {
      reference[pixel * channels + channel] = m * others + b;
    });
  }
  return reference;
}

function referToNeighbours(noisy: Float32Array, [height, width, channels]: [number, number, number]): Float32Array {
  const reference = new Float32Array(noisy.length);
  const mirror = (place: number, extent: number) => (place < 0 ? 1 : place >= extent ? extent - 2 : place);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) {
        const at = (v: number, u: number) =>
          noisy[(mirror(v, height) * width + mirror(u, width)) * channels + c] as number;
        reference[(y * width + x) * channels + c] = (at(y - 1, x) + at(y + 1, x) + at(y, x - 1) + at(y, x + 1)) / 4;
      }
    }
  }
  return reference;
}
